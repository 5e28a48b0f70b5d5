/** What the embedded broker accepted and dropped, by client. Clients are the site's broker users, so their number is limited. */

/**
 * over-budget: above the client's own budget · gateway-held: the gateway did not take it in time · alarms-held: the same, for an
 * alarm ·
 * flood: far above the budget, so the connection was ended · late: a message of the gateway that waited too long to be sent.
 */
export type DropReason = "over-budget" | "gateway-held" | "alarms-held" | "flood" | "late";

export interface ClientCount {
  messages: number;
  bytes: number;
  dropped: Partial<Record<DropReason, number>>;
}

export interface BrokerCounts {
  isUp: boolean;
  /** Starts of the broker after the first. */
  restarts: number;
  connections: number;
  residentMb: number;
  /** Bytes that wait in the broker's process for the gateway. */
  waitingBytes: number;
  /** Messages to the gateway that arrived too late to count as new. */
  lateMessages: number;
  /** Counts since the gateway's start. */
  clients: ReadonlyMap<string, ClientCount>;
}
