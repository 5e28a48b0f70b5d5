import type { ExceptionCode } from "./exception.ts";

/** One Modbus function in both directions. Decoders never throw; encoders throw RangeError on values that cannot be sent. */
export interface FunctionCodec<Request, Response> {
  readonly code: number;
  encodeRequest(request: Request): Uint8Array;
  /** The request, or the exception with which a server answers. */
  decodeRequest(pdu: Uint8Array): Request | ExceptionCode;
  encodeResponse(response: Response): Uint8Array;
  decodeResponse(pdu: Uint8Array): Response | null;
}

/** Most items in one request (MODBUS Application Protocol V1.1b3 §6.1–6.12). */
export const readBitsMax = 2000;
export const readRegistersMax = 125;
export const writeBitsMax = 1968;
export const writeRegistersMax = 123;

export function word(pdu: Uint8Array, at: number): number {
  return ((pdu[at] as number) << 8) | (pdu[at + 1] as number);
}

/** `fn hi lo hi lo`: the shape of every read request and of every write answer. */
export function encodeTwoWords(fn: number, first: number, second: number): Uint8Array {
  for (const value of [first, second]) {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError(`${value} does not fit 16 bits`);
  }
  return Uint8Array.of(fn, first >>> 8, first & 0xff, second >>> 8, second & 0xff);
}

/** The quantity is checked before the address, as in the specification's flow charts. */
export function judgeRange(address: number, quantity: number, quantityMax: number): ExceptionCode | null {
  if (quantity < 1 || quantity > quantityMax) return 3;
  return address + quantity > 0x10000 ? 2 : null;
}

/** Encoders refuse what every conforming server would refuse. */
export function requireRange(address: number, quantity: number, quantityMax: number): void {
  if (!Number.isInteger(quantity) || judgeRange(address, quantity, quantityMax) !== null) {
    throw new RangeError(`${quantity} items from ${address} cannot be asked in one request (most ${quantityMax})`);
  }
}
