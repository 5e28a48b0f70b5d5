const byteHex: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, "0"),
);

/** Upper-case hex of `bytes[from, to)`. */
export function toHex(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let hex = "";
  for (let at = from; at < to; at += 1) hex += byteHex[bytes[at]!];
  return hex;
}

/** The bytes of an even number of hex digits; null for anything else. */
export function fromHex(hex: string): Uint8Array | null {
  if (hex.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(hex)) return null;
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
