import { bytesOf, type MessageCodec, type Status } from "../message.ts";
import { type InventoryEnd, inventoryReply } from "./inventory-end.ts";
import type { Tag } from "./tag-report.ts";

export interface RealTimeInventory {
  readonly kind: "real-time-inventory";
  /** Rounds; FF = shortest possible round (30–50 ms with few tags). */
  readonly repeat: number;
}

/** 89: `repeat(1)` → tag reports, then one end frame. Streams: never on a shared RS-485 pair (PROTOCOL.md, trap 8). */
export const realTimeInventory: MessageCodec<RealTimeInventory, Tag | InventoryEnd | Status> = {
  command: 0x89,
  name: "real-time-inventory",
  request: {
    payloadBytes: [1],
    decode: (payload) =>
      payload.length === 1
        ? { kind: "real-time-inventory", repeat: payload[0]! }
        : { kind: "malformed", why: `real-time inventory request of ${payload.length} bytes` },
    encode: (request) => bytesOf(request.repeat),
  },
  reply: inventoryReply,
};
