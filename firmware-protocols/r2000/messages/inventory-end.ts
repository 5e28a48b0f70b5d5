import { bigEndian, bytesOf, type Codec, readBigEndian, type Status, statusOf } from "../message.ts";
import { decodeTag, encodeTag, fitsTag, type Tag } from "./tag-report.ts";

/** Ends 89 and 8B. `readRate` in tags/s is null from V2.2 firmware, which does not send it. */
export interface InventoryEnd {
  readonly kind: "inventory-end";
  readonly antenna: number;
  readonly readRate: number | null;
  readonly totalRead: number;
}

/**
 * Replies of 89 and 8B: a tag report, then `AntID(1) ReadRate(2) TotalRead(4)`, V2.2 `AntID(1) TotalRead(4)`, or `ErrorCode(1)`.
 * No tag report has 5 or 7 bytes: an EPC is whole words (PROTOCOL.md trap 3).
 */
export const inventoryReply: Codec<Tag | InventoryEnd | Status> = {
  payloadBytes: [1, 5, 7],
  fits: fitsTag,
  decode: (payload) => {
    switch (payload.length) {
      case 1:
        return statusOf(payload[0]!);
      case 5:
        return { kind: "inventory-end", antenna: payload[0]!, readRate: null, totalRead: readBigEndian(payload, 1, 4) };
      case 7:
        return {
          kind: "inventory-end",
          antenna: payload[0]!,
          readRate: readBigEndian(payload, 1, 2),
          totalRead: readBigEndian(payload, 3, 4),
        };
      default:
        return decodeTag(payload);
    }
  },
  encode: (reply) => {
    if (reply.kind === "tag") return encodeTag(reply);
    if (reply.kind === "status") return bytesOf(reply.code);
    const readRate = reply.readRate === null ? [] : bigEndian(reply.readRate, 2);
    return bytesOf(reply.antenna, ...readRate, ...bigEndian(reply.totalRead, 4));
  },
};
