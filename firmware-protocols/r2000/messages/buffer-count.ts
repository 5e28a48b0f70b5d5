import {
  bareRequest,
  bigEndian,
  bytesOf,
  type MessageCodec,
  readBigEndian,
  type Status,
  statusOf,
  statusReply,
} from "../message.ts";

export interface CountBuffer {
  readonly kind: "count-buffer";
}

export interface BufferCount {
  readonly kind: "buffer-count";
  readonly tags: number;
}

export interface ClearBuffer {
  readonly kind: "clear-buffer";
}

/** 92: no payload → `tags(2)`. */
export const countBuffer: MessageCodec<CountBuffer, BufferCount | Status> = {
  command: 0x92,
  name: "count-buffer",
  request: bareRequest("count-buffer"),
  reply: {
    payloadBytes: [1, 2],
    decode: (payload) => {
      if (payload.length === 1) return statusOf(payload[0]!);
      if (payload.length !== 2) return { kind: "malformed", why: `buffer count of ${payload.length} bytes` };
      return { kind: "buffer-count", tags: readBigEndian(payload, 0, 2) };
    },
    encode: (reply) => (reply.kind === "status" ? bytesOf(reply.code) : bytesOf(...bigEndian(reply.tags, 2))),
  },
};

/** 93: no payload → `ErrorCode(1)`. */
export const clearBuffer: MessageCodec<ClearBuffer, Status> = {
  command: 0x93,
  name: "clear-buffer",
  request: bareRequest("clear-buffer"),
  reply: statusReply,
};
