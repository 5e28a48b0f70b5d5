import { bigEndian, bytesOf, type MessageCodec, readBigEndian, type Status, statusOf } from "../message.ts";

export interface Inventory {
  readonly kind: "inventory";
  readonly repeat: number;
}

/** The content of the reader's buffer after a round on the working antenna. */
export interface InventorySummary {
  readonly kind: "inventory-summary";
  readonly antenna: number;
  readonly tagCount: number;
  readonly readRate: number;
  readonly totalRead: number;
}

/** 80: `repeat(1)` → `AntID(1) TagCount(2) ReadRate(2) TotalRead(4)`; the tags stay in the buffer for 90 or 91. */
export const inventory: MessageCodec<Inventory, InventorySummary | Status> = {
  command: 0x80,
  name: "inventory",
  request: {
    payloadBytes: [1],
    decode: (payload) =>
      payload.length === 1
        ? { kind: "inventory", repeat: payload[0]! }
        : { kind: "malformed", why: `inventory request of ${payload.length} bytes` },
    encode: (request) => bytesOf(request.repeat),
  },
  reply: {
    payloadBytes: [1, 9],
    decode: (payload) => {
      if (payload.length === 1) return statusOf(payload[0]!);
      if (payload.length !== 9) return { kind: "malformed", why: `inventory summary of ${payload.length} bytes` };
      return {
        kind: "inventory-summary",
        antenna: payload[0]!,
        tagCount: readBigEndian(payload, 1, 2),
        readRate: readBigEndian(payload, 3, 2),
        totalRead: readBigEndian(payload, 5, 4),
      };
    },
    encode: (reply) => {
      if (reply.kind === "status") return bytesOf(reply.code);
      const { antenna, tagCount, readRate, totalRead } = reply;
      return bytesOf(antenna, ...bigEndian(tagCount, 2), ...bigEndian(readRate, 2), ...bigEndian(totalRead, 4));
    },
  },
};
