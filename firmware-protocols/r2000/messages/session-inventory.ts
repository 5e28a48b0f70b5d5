import { bytesOf, type MessageCodec, type Status } from "../message.ts";
import { type InventoryEnd, inventoryReply } from "./inventory-end.ts";
import type { Tag } from "./tag-report.ts";

/** `selectFlag` (SL) is sent only when not null. */
export interface SessionInventory {
  readonly kind: "session-inventory";
  readonly session: 0 | 1 | 2 | 3;
  readonly target: "A" | "B";
  readonly selectFlag: number | null;
  readonly repeat: number;
}

/** 8B: `session(1) target(00 A, 01 B) repeat(1)` or `session target SL(1) repeat` → as 89. */
export const sessionInventory: MessageCodec<SessionInventory, Tag | InventoryEnd | Status> = {
  command: 0x8b,
  name: "session-inventory",
  request: {
    payloadBytes: [3, 4],
    decode: (payload) => {
      const [session, target] = payload;
      if ((payload.length !== 3 && payload.length !== 4) || session! > 3 || target! > 1) {
        return { kind: "malformed", why: `session ${session}, target ${target}, in ${payload.length} bytes` };
      }
      return {
        kind: "session-inventory",
        session: session as 0 | 1 | 2 | 3,
        target: target === 0 ? "A" : "B",
        selectFlag: payload.length === 4 ? payload[2]! : null,
        repeat: payload[payload.length - 1]!,
      };
    },
    encode: ({ session, target, selectFlag, repeat }) =>
      bytesOf(session, target === "A" ? 0 : 1, ...(selectFlag === null ? [] : [selectFlag]), repeat),
  },
  reply: inventoryReply,
};
