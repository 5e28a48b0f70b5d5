import { isHex } from "../framing/hex.ts";
import { epcBytesMax } from "./decode-epc.ts";

/**
 * One tag as a networked reader reports it in JSON. `epc` and `tid` are upper-case hex, `antenna` is the vendor's port number.
 */
export interface TagRead {
  readonly epc: string;
  readonly antenna: number | null;
  readonly signalDbm: number | null;
  /** The reader's own time; null when it gave none that can be read. */
  readonly atMs: number | null;
  readonly tid?: string;
  readonly pc?: number;
  readonly frequencyKHz?: number;
  /** How often it was heard since the last report; 1 by default. */
  readonly count: number;
}

/** An antenna was plugged in or lost: used to watch the reader, never as evidence. */
export interface AntennaHint {
  readonly kind: "antenna";
  readonly antenna: number;
  readonly connected: boolean;
}

/** The content of one message. A problem affects only its own read. `path` says where: "events[3].tagInventoryEvent". */
export interface ReaderReport {
  readonly reads: readonly TagRead[];
  readonly hints: readonly AntennaHint[];
  readonly problems: readonly ReportProblem[];
}

export interface ReportProblem {
  readonly path: string;
  readonly why: string;
}

/** Largest number of reads, hints or other events parsed in one message; the rest is dropped with one problem. */
export const readsPerMessageMax = 1_000;
/** Most problems reported about one message. */
export const problemsPerMessageMax = 20;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Upper-case hex of 1..62 bytes, or null. */
export function epcText(value: unknown): string | null {
  if (typeof value !== "string" || value.length === 0 || value.length > 2 * epcBytesMax || !isHex(value)) return null;
  return value.toUpperCase();
}

/** A whole number within the bounds, or null. */
export function wholeNumber(value: unknown, from: number, to: number): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= from && value <= to ? value : null;
}

/** A signal that a reader can measure, or null. */
export function signalOf(dbm: unknown): number | null {
  return typeof dbm === "number" && dbm >= -150 && dbm <= 30 ? dbm : null;
}

/** A frequency within the UHF bands of the world, or null. */
export function frequencyOf(kHz: number): number | null {
  return kHz >= 840_000 && kHz <= 960_000 ? Math.round(kHz) : null;
}

const isoTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;

/** Milliseconds of an ISO 8601 time that names its offset (`Z`, `+08:00`, Zebra's `+0000`), or null. */
export function timeOf(value: unknown): number | null {
  const match = typeof value === "string" && value.length <= 40 ? isoTime.exec(value) : null;
  if (match === null) return null;
  const [, seconds, fraction, offset] = match;
  const zone = offset!.length === 5 ? `${offset!.slice(0, 3)}:${offset!.slice(3)}` : offset!;
  const atMs = Date.parse(`${seconds}${(fraction ?? "").slice(0, 4)}${zone}`);
  return Number.isNaN(atMs) ? null : atMs;
}

/** Collects a report and keeps it within its limits. */
export class ReportDraft implements ReaderReport {
  readonly reads: TagRead[] = [];
  readonly hints: AntennaHint[] = [];
  readonly problems: ReportProblem[] = [];
  private entriesLeft = readsPerMessageMax;

  problem(path: string, why: string): void {
    if (this.problems.length < problemsPerMessageMax) this.problems.push({ path, why });
  }

  /** The entries of a list to parse, each with its path; nested lists share one limit. */
  *entries(list: readonly unknown[], path: string): Generator<[unknown, string]> {
    for (let index = 0; index < list.length; index += 1) {
      if (this.entriesLeft === 0) {
        this.problem(path, `more than ${readsPerMessageMax} entries in a message: the rest was dropped`);
        return;
      }
      this.entriesLeft -= 1;
      yield [list[index], `${path}[${index}]`];
    }
  }
}
