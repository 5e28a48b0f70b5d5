import { createHexMemo, fromHex } from "../../framing/hex.ts";
import type { Malformed } from "../../framing/malformed.ts";
import { signalDbmOf } from "../signal.ts";

/** One tag heard during 89, 8A or 8B. `epc` is upper-case hex, `antenna` 0-based within the working bank. */
export interface Tag {
  readonly kind: "tag";
  readonly epc: string;
  readonly antenna: number;
  readonly signalDbm: number;
  readonly rssiRaw: number;
  readonly frequencyIndex: number;
  readonly pc: number;
}

/** The bytes of a tag frame that are not EPC: FreqAnt, PC(2), RSSI. */
const otherBytes = 4;

/** Whether the payload is a tag report: PC's top five bits count the EPC's words. */
export function fitsTag(buffer: Uint8Array, payloadAt: number, payloadBytes: number): boolean {
  return payloadBytes >= otherBytes && (buffer[payloadAt + 1]! >> 3) * 2 === payloadBytes - otherBytes;
}

/**
 * `FreqAnt(1: index<<2 | antenna) PC(2) EPC(PC>>11 words) RSSI(1)`.
 * Eight-port firmware sets RSSI bit 7 for antennas 4..7 (PROTOCOL.md trap 4).
 */
export function decodeTag(payload: Uint8Array): Tag | Malformed {
  if (!fitsTag(payload, 0, payload.length)) {
    return { kind: "malformed", why: `tag report of ${payload.length} bytes disagrees with its PC` };
  }
  return tagAt(payload, 0, payload.length);
}

const epcText = createHexMemo();

/** Like `decodeTag`, in place, for a payload that `fitsTag` has checked: used for every read. */
export function tagAt(buffer: Uint8Array, payloadAt: number, payloadBytes: number): Tag {
  const freqAnt = buffer[payloadAt]!;
  const rssiAt = payloadAt + payloadBytes - 1;
  const rssi = buffer[rssiAt]!;
  const rssiRaw = rssi & 0x7f;
  return {
    kind: "tag",
    epc: epcText(buffer, payloadAt + 3, rssiAt),
    antenna: (freqAnt & 3) + ((rssi & 0x80) >> 5),
    signalDbm: signalDbmOf(rssiRaw),
    rssiRaw,
    frequencyIndex: freqAnt >> 2,
    pc: (buffer[payloadAt + 1]! << 8) | buffer[payloadAt + 2]!,
  };
}

/** Throws RangeError when PC and EPC disagree or a field is out of range. */
export function encodeTag(tag: Omit<Tag, "kind" | "signalDbm">): Uint8Array {
  const epc = fromHex(tag.epc);
  if (epc === null || (tag.pc >> 11) * 2 !== epc.length) throw new RangeError(`EPC ${tag.epc} disagrees with its PC`);
  return Uint8Array.from([freqAntOf(tag), tag.pc >> 8, tag.pc & 0xff, ...epc, rssiByteOf(tag)]);
}

export function freqAntOf(tag: { readonly frequencyIndex: number; readonly antenna: number }): number {
  if (!(tag.frequencyIndex >= 0 && tag.frequencyIndex < 64))
    throw new RangeError(`frequency index ${tag.frequencyIndex}`);
  return (tag.frequencyIndex << 2) | (tag.antenna & 3);
}

export function rssiByteOf(tag: { readonly rssiRaw: number; readonly antenna: number }): number {
  if (!(tag.rssiRaw >= 0 && tag.rssiRaw < 128)) throw new RangeError(`raw RSSI ${tag.rssiRaw}`);
  if (!(tag.antenna >= 0 && tag.antenna < 8)) throw new RangeError(`antenna ${tag.antenna}`);
  return tag.rssiRaw | (tag.antenna >= 4 ? 0x80 : 0);
}
