/** What the embedded broker took and dropped. Clients are the site's users, so their number has a limit. */

/**
 * over-budget: above its own budget · gateway-held: the gateway did not take it in time · alarms-held: so, and it was an alarm ·
 * flood: far above its budget, its connection was ended · late: what the gateway said, held until it was too late to say it.
 */
export type DropReason = "over-budget" | "gateway-held" | "alarms-held" | "flood" | "late";

export interface ClientCount {
  messages: number;
  bytes: number;
  dropped: Partial<Record<DropReason, number>>;
}

export interface BrokerCounts {
  isUp: boolean;
  /** Starts after the first. */
  restarts: number;
  connections: number;
  residentMb: number;
  /** For the gateway, in the broker's process. */
  waitingBytes: number;
  /** Messages to the gateway that came too late to be news. */
  lateMessages: number;
  /** Since the gateway's start. */
  clients: ReadonlyMap<string, ClientCount>;
}
