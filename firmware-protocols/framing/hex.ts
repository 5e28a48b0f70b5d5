const byteHex: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, "0"),
);

/** Upper-case hex of `bytes[from, to)`. */
export function toHex(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let hex = "";
  for (let at = from; at < to; at += 1) hex += byteHex[bytes[at]!];
  return hex;
}

const hexDigits = /^(?:[0-9A-Fa-f]{2})*$/;

/** Whether `text` is an even number of hex digits; true for an empty text. */
export function isHex(text: string): boolean {
  return hexDigits.test(text);
}

/** The bytes of an even number of hex digits; null for anything else. */
export function fromHex(text: string): Uint8Array | null {
  if (!isHex(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = (digitOf(text.charCodeAt(2 * at)) << 4) | digitOf(text.charCodeAt(2 * at + 1));
  }
  return bytes;
}

/** The low four bits of 0–9 are their value; A–F and a–f, from 41h and 61h, end in 1–6. */
function digitOf(code: number): number {
  return code < 0x40 ? code & 0xf : (code & 0xf) + 9;
}

/** Texts that a memo keeps; two tags with the same place in it replace each other. */
const textsRemembered = 16_384;
/** An EPC is 31 words at most. */
const memoBytesMax = 62;

/**
 * Like `toHex`, for a few thousand EPCs that come repeatedly: an EPC heard before gets the same string, which costs a third of
 * making it and is already hashed for the Map in which it ends up. Never holds more than 16 384 texts of 62 bytes.
 */
export function createHexMemo(): (bytes: Uint8Array, from: number, to: number) => string {
  const texts: (string | undefined)[] = new Array(textsRemembered).fill(undefined);
  const keys = new Uint8Array(textsRemembered * memoBytesMax);
  return (bytes, from, to) => {
    const size = to - from;
    if (size > memoBytesMax) return toHex(bytes, from, to);
    let hash = size;
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (textsRemembered - 1);
    const known = texts[place];
    const keyAt = place * memoBytesMax;
    if (known !== undefined && known.length === 2 * size) {
      let at = 0;
      while (at < size && keys[keyAt + at] === bytes[from + at]) at += 1;
      if (at === size) return known;
    }
    const text = toHex(bytes, from, to);
    for (let at = 0; at < size; at += 1) keys[keyAt + at] = bytes[from + at]!;
    texts[place] = text;
    return text;
  };
}
