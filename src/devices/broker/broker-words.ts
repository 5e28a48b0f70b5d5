/** What gateway and broker's process say to each other beside messages. */
import type { ClientCount } from "../../contract/broker-counts.ts";
import type { BrokerLimits } from "./broker-desk.ts";
import type { ClientBudgets } from "./budgets.ts";
import type { BrokerRights } from "./rights.ts";

/** The first frame: all that the process needs to know. Passwords come as digests, and never on a command line. */
export interface BeginWord {
  rights: BrokerRights[];
  /** SHA-256 in hex, by user. */
  digests: Record<string, string>;
  host?: string;
  port: number;
  limits?: Partial<BrokerLimits>;
  budgets?: ClientBudgets;
  /** How often it says that it lives, with its counts. */
  aliveMs: number;
}

export type SaidWord =
  | { say: "ready"; port: number }
  | { say: "failed"; code: string; detail: string }
  | { say: "refused"; reason: string; address: string }
  | {
      say: "alive";
      connections: number;
      residentMb: number;
      waitingBytes: number;
      clients: Record<string, ClientCount>;
    };
