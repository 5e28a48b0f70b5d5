/** What the embedded broker knows of each connection: its user, its rights and the budget that it has used. */
import type { Socket } from "node:net";
import type { Client } from "aedes";
import { type Admission, openAdmission } from "./admission.ts";
import { budgetDefaults, type ClientBudget, type ClientBudgets, clientBudget } from "./budgets.ts";
import { type Counts, createCounts } from "./counts.ts";
import type { PacketGate } from "./packet-gate.ts";
import { keepPlaces, type Place, type PlaceLimits, type Places } from "./places.ts";
import { type ReadTurns, readTurns } from "./read-turns.ts";
import type { BrokerRights } from "./rights.ts";
import type { ServedListener } from "./serve-listener.ts";
import { covers } from "./topic-rules.ts";

export interface BrokerOptions {
  rights: readonly BrokerRights[];
  /** Must be cheap, such as comparing a digest of a random secret: it runs for every sign-in. */
  verify(username: string, password: string): boolean;
  /** Address to listen on; loopback by default. Any other address should come with `tls`. */
  host?: string;
  /** 0 = any free port. */
  port: number;
  tls?: { cert: string; key: string };
  limits?: Partial<BrokerLimits>;
  budgets?: ClientBudgets;
  /** The machine's monotonic clock. */
  monoMs?: () => number;
  /** If the process was stopped for longer than this, it drops every connection. Left out: never. */
  heldMsMax?: number;
  /** Called with each refusal for the log, at most `reportsPerSecondMax` times a second. */
  onRefused?: (reason: string, address: string) => void;
}

export interface BrokerLimits extends PlaceLimits {
  /** Wrong passwords of one address and user that are logged each minute. */
  failuresToldPerMinute: number;
}

const limitsDefault: BrokerLimits = {
  connections: 512,
  connectionsPerUser: 4,
  unknownPerAddress: 64,
  unknown: 256,
  failuresToldPerMinute: 30,
};
const reportsPerSecondMax = 10;

export interface Visitor {
  gate: PacketGate;
  address: string;
  rights: BrokerRights | null;
  /** The rights that the client gets if its password is right. */
  claimed: BrokerRights | null;
  takeTurns(): void;
  place: Place;
}

export interface BrokerDesk {
  readonly admission: Admission;
  readonly places: Places;
  readonly sockets: Set<Socket>;
  /** Keyed by connection. */
  readonly visitors: WeakMap<object, Visitor>;
  /** Clients beside the gateway's listener that subscribed to tag reads. */
  readonly readsHearers: Set<Client>;
  readonly counts: Counts;
  readonly turns: ReadTurns;
  readonly monoMs: () => number;
  listener: ServedListener | null;
  visitorOf(client: Client | null): Visitor | undefined;
  budgetOf(rights: BrokerRights): ClientBudget;
  isAboutReads(filter: string): boolean;
  /** Logs the refusal and returns the error for aedes. */
  refuse(reason: string, address: string): Error;
}

export function brokerDesk(options: BrokerOptions): BrokerDesk {
  const limits = { ...limitsDefault, ...options.limits };
  const monoMs = options.monoMs ?? (() => performance.now());
  const visitors = new WeakMap<object, Visitor>();
  /** Keyed by user, so that a client does not get a new budget by reconnecting. */
  const budgets = new Map<string, ClientBudget>();
  let reports = { second: 0, count: 0 };

  const desk: BrokerDesk = {
    admission: openAdmission({ ...options, monoMs, failuresToldPerMinute: limits.failuresToldPerMinute }),
    places: keepPlaces(limits),
    sockets: new Set(),
    visitors,
    readsHearers: new Set(),
    counts: createCounts(),
    turns: readTurns({ isCongested: () => desk.listener?.isCongested() ?? false }),
    monoMs,
    listener: null,
    visitorOf: (client) => (client ? visitors.get(client.conn) : undefined),
    budgetOf({ username, isOwn = false }) {
      const known = budgets.get(username) ?? clientBudget(options.budgets ?? budgetDefaults, isOwn);
      budgets.set(username, known);
      return known;
    },
    isAboutReads: (filter) => options.rights.some(({ reads = [] }) => reads.some((topic) => covers(filter, topic))),
    refuse(reason, address) {
      const second = Math.floor(monoMs() / 1000);
      if (second !== reports.second) reports = { second, count: 0 };
      if (reports.count++ < reportsPerSecondMax) options.onRefused?.(reason, address);
      return new Error(reason);
    },
  };
  return desk;
}
