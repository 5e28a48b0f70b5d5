/** The control messages between the gateway and the broker's process; MQTT messages are separate. */
import type { ClientCount } from "../../contract/broker-counts.ts";
import type { BrokerLimits } from "./broker-desk.ts";
import type { ClientBudgets } from "./budgets.ts";
import type { BrokerRights } from "./rights.ts";

/** The first frame, with the whole configuration. Passwords are sent as digests, and never on a command line. */
export interface BeginWord {
  rights: BrokerRights[];
  /** SHA-256 in hex, keyed by user. */
  digests: Record<string, string>;
  host?: string;
  port: number;
  limits?: Partial<BrokerLimits>;
  budgets?: ClientBudgets;
  /** Interval at which the process reports that it is alive, with its counts. */
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
