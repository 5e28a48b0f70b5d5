export interface Delivery {
  isRetained: boolean;
  /** MQTT's DUP flag. */
  isDuplicate: boolean;
  receivedAtMs: number;
}

/** Why a command must not be obeyed because of how it arrived; null = fresh. For controllers: the twin's and real ones. */
export function judgeDelivery(command: { expiresAt: string }, delivery: Delivery): "stale" | "duplicate" | null {
  if (delivery.isRetained) return "stale";
  if (delivery.isDuplicate) return "duplicate";
  // Written so that an unreadable time counts as late.
  return delivery.receivedAtMs <= Date.parse(command.expiresAt) ? null : "stale";
}
