/**
 * Exception codes that we know: MODBUS Application Protocol V1.1b3 §7. A device may send others; they arrive as plain numbers.
 */
export const exceptionCodes = {
  1: "illegal-function",
  2: "illegal-address",
  3: "illegal-value",
  4: "device-failure",
  6: "busy",
} as const;
export type ExceptionCode = keyof typeof exceptionCodes;

export interface ExceptionResponse {
  fn: number;
  exception: number;
}

/** `fn|80 code` */
export function encodeException(fn: number, code: ExceptionCode): Uint8Array {
  return Uint8Array.of(fn | 0x80, code);
}

/** Null when the PDU is no exception. */
export function decodeException(pdu: Uint8Array): ExceptionResponse | null {
  const first = pdu[0];
  if (pdu.length !== 2 || first === undefined || first < 0x81) return null;
  return { fn: first & 0x7f, exception: pdu[1] as number };
}
