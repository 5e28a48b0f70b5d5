import type { Malformed } from "../framing/malformed.ts";
import { buildFrame, FrameInPlace, type R2000Frame } from "./frame.ts";
import { fitsTag, tagAt } from "./messages/tag-report.ts";
import { messageOf, messageOfRequest, type Reply, type Request } from "./table.ts";

/** A frame of a command this codec does not know. */
export interface Unknown {
  readonly kind: "unknown";
  readonly command: number;
  readonly payload: Uint8Array;
}

/** Decodes a reader's frame. Never throws. */
export function decodeReply(frame: R2000Frame): Reply | Unknown | Malformed {
  const { command } = frame;
  if (command >= 0x89 && command <= 0x8b && frame instanceof FrameInPlace) {
    const { buffer, payloadAt, payloadBytes } = frame;
    if (fitsTag(buffer, payloadAt, payloadBytes)) return tagAt(buffer, payloadAt, payloadBytes);
  }
  const message = messageOf(command);
  return message === undefined ? unknown(frame) : message.reply.decode(frame.payload);
}

/** Decodes a host's frame (the twin's side). Never throws. */
export function decodeRequest(frame: R2000Frame): Request | Unknown | Malformed {
  const message = messageOf(frame.command);
  return message === undefined ? unknown(frame) : message.request.decode(frame.payload);
}

/** The whole frame to send. Throws RangeError for a value that its field cannot hold. */
export function encodeRequest(address: number, request: Request): Uint8Array {
  const message = messageOfRequest(request.kind);
  return buildFrame(address, message.command, message.request.encode(request));
}

/** The whole frame a reader at `address` sends for `command` (the twin's side). Throws RangeError as above. */
export function encodeReply(address: number, command: number, reply: Reply): Uint8Array {
  const message = messageOf(command);
  if (message === undefined) throw new RangeError(`no reply known for command ${command}`);
  return buildFrame(address, command, message.reply.encode(reply));
}

function unknown(frame: R2000Frame): Unknown {
  return { kind: "unknown", command: frame.command, payload: frame.payload };
}
