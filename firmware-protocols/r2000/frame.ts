import { createStreamParser, notAFrame, type StreamParser, silenceMs, undecided } from "../framing/stream-parser.ts";
import { looksLikeMessage } from "./frame-shape.ts";

const head = 0xa0;
/** Any reader obeys it; never use it on a pair with more than one. */
export const publicAddress = 0xff;
export const defaultAddress = 0x01;
/** Len counts what follows it: Addr, Cmd and Check at least. */
const lengthMin = 3;
const payloadBytesMax = 255 - lengthMin;
/** The longest frame, and so the most that a parser holds back. */
export const frameBytesMax = 257;

/** `A0 Len Addr Cmd payload Check`. `payload` is a view onto the pushed bytes. */
export interface R2000Frame {
  readonly address: number;
  readonly command: number;
  readonly payload: Uint8Array;
}

/** A frame as it lies in the pushed bytes; the payload's view is made on demand. */
export class FrameInPlace implements R2000Frame {
  readonly address: number;
  readonly command: number;
  readonly buffer: Uint8Array;
  readonly payloadAt: number;
  readonly payloadBytes: number;

  constructor(buffer: Uint8Array, from: number, to: number) {
    this.address = buffer[from + 2]!;
    this.command = buffer[from + 3]!;
    this.buffer = buffer;
    this.payloadAt = from + 4;
    this.payloadBytes = to - from - 5;
  }

  get payload(): Uint8Array {
    return this.buffer.subarray(this.payloadAt, this.payloadAt + this.payloadBytes);
  }
}

/** Two's complement of the 8-bit sum of `bytes[from, to)`: with it a whole frame sums to 0. */
function checksum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += bytes[at]!;
  return -sum & 0xff;
}

/** Throws RangeError for an address or command that is no byte, or too long a payload. */
export function buildFrame(address: number, command: number, payload: Uint8Array): Uint8Array {
  if (payload.length > payloadBytesMax) throw new RangeError(`payload of ${payload.length} bytes`);
  if ((address & 0xff) !== address || (command & 0xff) !== command) throw new RangeError(`${address} ${command}`);
  const frame = new Uint8Array(payload.length + 5);
  frame[0] = head;
  frame[1] = payload.length + lengthMin;
  frame[2] = address;
  frame[3] = command;
  frame.set(payload, 4);
  frame[frame.length - 1] = checksum(frame, 0, frame.length - 1);
  return frame;
}

/** Cuts either direction of the wire into frames. A frame of unknown shape waits for the next head, or for silence. */
export function createR2000Parser(): StreamParser<R2000Frame> {
  return createStreamParser({ pendingBytesMax: frameBytesMax, silenceMs, measure, read, readAt });
}

function measure(buffer: Uint8Array, at: number, end: number, silent: boolean): number {
  if (buffer[at] !== head) return notAFrame;
  if (at + 1 >= end) return undecided;
  const length = buffer[at + 1]!;
  if (length < lengthMin) return notAFrame;
  const next = at + 2 + length;
  if (next > end) return undecided;
  if (checksum(buffer, at, next) !== 0) return notAFrame;
  if (looksLikeMessage(buffer, at, next - at)) return next - at;
  if (next < end) return buffer[next] === head ? next - at : notAFrame;
  return silent ? next - at : undecided;
}

function read(bytes: Uint8Array): R2000Frame {
  return readAt(bytes, 0, bytes.length);
}

function readAt(buffer: Uint8Array, from: number, to: number): R2000Frame {
  return new FrameInPlace(buffer, from, to);
}
