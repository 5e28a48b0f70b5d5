/** Which status is the newest: by boot id and sequence number, as far as the controller tells them. */
import type { ShelfStatus } from "../contract/shelf.ts";
import type { Block } from "./plan-opening.ts";

export interface StatusOrder {
  bootId: number | null;
  /** The highest of that boot. */
  seq: number | null;
  /** The most recent boots that are over. */
  bootsBefore: readonly number[];
}

/** Sequence numbers of more boots are not remembered. */
const bootsBeforeMax = 8;

/** If the newer boot is silent for this long, the older one is the only device left: it counts as restarted. */
export const otherBootSilentMs = 60_000;

export const firstOrder: StatusOrder = { bootId: null, seq: null, bootsBefore: [] };

/** Null: it is the newest, or the order is unknown. "repeat": the last message again, which must not refresh its age. */
export function orderFault(
  order: StatusOrder,
  last: ShelfStatus | null,
  status: ShelfStatus,
  silentMs: number,
): Block | "repeat" | null {
  const { bootId, seq } = status;
  const isOver = bootId !== null && bootId !== order.bootId && order.bootsBefore.includes(bootId);
  if (isOver && silentMs <= otherBootSilentMs) return { code: "status-boot-again", params: { bootId } };
  if (bootId !== order.bootId || seq === null || order.seq === null) return null;
  // Written so that NaN does not count as newer.
  if (seq > order.seq) return null;
  if (seq !== order.seq) return { code: "status-older", params: { seq, seqBefore: order.seq } };
  return last?.seq === seq && isSameMessage(last, status) ? "repeat" : { code: "status-same-number", params: { seq } };
}

export function followOrder(order: StatusOrder, { bootId, seq }: ShelfStatus): StatusOrder {
  if (bootId === order.bootId) return { ...order, seq };
  const before = order.bootId === null ? order.bootsBefore : [...order.bootsBefore, order.bootId];
  return { bootId, seq, bootsBefore: before.slice(-bootsBeforeMax) };
}

/** Fields that the driver adds at receipt differ between two copies of one message. */
function isSameMessage(a: ShelfStatus, b: ShelfStatus): boolean {
  return JSON.stringify({ ...a, clockSkewMs: null }) === JSON.stringify({ ...b, clockSkewMs: null });
}
