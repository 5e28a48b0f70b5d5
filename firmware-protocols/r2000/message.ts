import type { Malformed } from "../framing/malformed.ts";
import { errorNames, type Outcome, outcomeOf } from "./error-codes.ts";

/** Payload (the bytes between Cmd and Check) to message and back. Decoders never throw. */
export interface Codec<Message> {
  /** Payload lengths that the manual allows; `fits` decides for layouts whose length depends on their content. */
  readonly payloadBytes: readonly number[];
  fits?(buffer: Uint8Array, payloadAt: number, payloadBytes: number): boolean;
  decode(payload: Uint8Array): Message | Malformed;
  /** Throws RangeError for a value that its field cannot hold. */
  encode(message: Message): Uint8Array;
}

export interface MessageCodec<Request, Reply> {
  readonly command: number;
  readonly name: string;
  readonly request: Codec<Request>;
  readonly reply: Codec<Reply>;
}

/** The one-byte answer that any command can get: an error code, 10h = success. */
export interface Status {
  readonly kind: "status";
  readonly code: number;
  readonly name: string;
  readonly outcome: Outcome;
}

export function statusOf(code: number): Status {
  return { kind: "status", code, name: errorNames.get(code) ?? "unknown", outcome: outcomeOf(code) };
}

/** Layout of a reply: `ErrorCode(1)`, and nothing else. */
export const statusReply: Codec<Status> = {
  payloadBytes: [1],
  decode: (payload) =>
    payload.length === 1 ? statusOf(payload[0]!) : { kind: "malformed", why: `status of ${payload.length} bytes` },
  encode: (status) => bytesOf(status.code),
};

/** Layout of a request without payload. */
export function bareRequest<Kind extends string>(kind: Kind): Codec<{ readonly kind: Kind }> {
  return {
    payloadBytes: [0],
    decode: (payload) =>
      payload.length === 0
        ? { kind }
        : { kind: "malformed", why: `${kind} takes no payload, got ${payload.length} bytes` },
    encode: () => bytesOf(),
  };
}

/** A payload of single bytes, each checked to be one. */
export function bytesOf(...values: number[]): Uint8Array {
  for (const value of values) checkRange(value, 0xff);
  return Uint8Array.from(values);
}

/** Big-endian bytes of `value`. */
export function bigEndian(value: number, size: number): number[] {
  checkRange(value, 256 ** size - 1);
  return Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** (size - 1 - index)) % 256);
}

export function readBigEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let offset = 0; offset < size; offset += 1) value = value * 256 + bytes[at + offset]!;
  return value;
}

function checkRange(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new RangeError(`${value} is not within 0..${max}`);
}
