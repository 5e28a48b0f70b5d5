/** What the embedded broker knows of its connections: who they are, what they may do, and what they used of it. */
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
  /** Cheap, as of a random secret's digest: it is asked for every sign-in. */
  verify(username: string, password: string): boolean;
  /** Loopback unless told otherwise; anything else should come with `tls`. */
  host?: string;
  /** 0 = any free port. */
  port: number;
  tls?: { cert: string; key: string };
  limits?: Partial<BrokerLimits>;
  budgets?: ClientBudgets;
  /** On the machine's monotonic clock. */
  monoMs?: () => number;
  /** Stopped for longer than this, it drops every connection; left out: never. */
  heldMsMax?: number;
  /** What was refused, for the log; at most `reportsPerSecondMax`. */
  onRefused?: (reason: string, address: string) => void;
}

export interface BrokerLimits extends PlaceLimits {
  /** Wrong passwords of one address and user within a minute that are told. */
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
  /** Rights to have once the password is right. */
  claimed: BrokerRights | null;
  takeTurns(): void;
  place: Place;
}

export interface BrokerDesk {
  readonly admission: Admission;
  readonly places: Places;
  readonly sockets: Set<Socket>;
  /** By connection. */
  readonly visitors: WeakMap<object, Visitor>;
  /** Clients beside the gateway's listener that subscribed to reads. */
  readonly readsHearers: Set<Client>;
  readonly counts: Counts;
  readonly turns: ReadTurns;
  readonly monoMs: () => number;
  listener: ServedListener | null;
  visitorOf(client: Client | null): Visitor | undefined;
  budgetOf(rights: BrokerRights): ClientBudget;
  isAboutReads(filter: string): boolean;
  /** Told for the log, and what aedes is answered. */
  refuse(reason: string, address: string): Error;
}

export function brokerDesk(options: BrokerOptions): BrokerDesk {
  const limits = { ...limitsDefault, ...options.limits };
  const monoMs = options.monoMs ?? (() => performance.now());
  const visitors = new WeakMap<object, Visitor>();
  /** By user: to connect again is no way to a new budget. */
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
