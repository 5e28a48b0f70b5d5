/** The state of a bus line: waiting requests, the request in flight, and the earliest moment for the next one. */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { KeptLink } from "../links/keep-link-up.ts";
import type { LineReader } from "./line-reader.ts";
import type { LineWatch } from "./line-watch.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Queues, Waiting } from "./queues.ts";
import type { Transaction } from "./transaction.ts";

export interface BusCounters {
  sent: number;
  answered: number;
  timeouts: number;
  noiseBytes: number;
  unasked: number;
  /** Answers that were read too late to describe the present. */
  late: number;
}

export interface Entry<Frame> extends Waiting {
  readonly transaction: Transaction<Frame>;
  readonly probe: boolean;
  retriesLeft: number;
  frames: Frame[];
  resolve(frames: Frame[]): void;
  reject(reason: Refusal): void;
}

/** The one request that is on the line. */
export interface Flight<Frame> {
  entry: Entry<Frame>;
  deadlineMs: number;
  lastMs: number;
  cancel: () => void;
}

export interface Line<Frame> {
  readonly id: string;
  readonly clock: Clock;
  readonly link: KeptLink;
  readonly gapMs: number;
  readonly queues: Queues<Entry<Frame>>;
  readonly quarantine: Quarantine;
  readonly counters: BusCounters;
  readonly reader: LineReader;
  readonly watch: LineWatch;
  readonly nameOf: (slave: number) => string;
  flight: Flight<Frame> | null;
  gapUntilMs: number;
  /** Set after a timeout: the longest wait for a late answer ends at this moment. */
  quietUntilMsMax: number;
  wakeAtMs: number;
  cancelWake: () => void;
}

/** Ends the request in flight and starts the frame gap; the caller settles the requester's promise. */
export function land<Frame>(line: Line<Frame>, running: Flight<Frame>): Entry<Frame> {
  running.cancel();
  line.flight = null;
  line.gapUntilMs = line.clock.monoMs() + line.gapMs;
  return running.entry;
}

export function downReason({ link }: Pick<Line<unknown>, "link">): Refusal {
  return link.state.reason ?? new Refusal("link-lost", { address: link.name, detail: "not open yet" });
}
