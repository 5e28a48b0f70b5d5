/** The live feed (socket.io, path /live): committed journal rows of each room, and the present state of areas and devices. */
import type { AreaPush } from "./aisles.ts";
import type { AttentionChange } from "./attention.ts";
import type { ImportProgress } from "./catalogue.ts";
import type { JobView } from "./jobs.ts";
import type { JournalRow } from "./journal.ts";
import type { LocateView } from "./locate.ts";
import type { DeviceHealth } from "./ports.ts";
import type { StocktakeView } from "./stocktake.ts";

export interface ServerToBrowser {
  /** One committed row. Revisions of a chain have no gap, so a gap means that rows were missed: fetch again. */
  journal(row: JournalRow): void;
  /** State, not history: the newest replaces the one before. */
  area(view: AreaPush): void;
  /**
   * Sent before the first "area" that names its version. A console that missed it sees a version there that differs from its own.
   */
  attention(change: AttentionChange): void;
  device(health: DeviceHealth): void;
  /** Progress of a running stocktake. */
  stocktake(view: StocktakeView): void;
  /** Present state of a hand search. */
  locate(view: LocateView): void;
  /** Progress of an import, sent to people who may import; null: nothing works on it now. */
  import(now: { id: string; progress: ImportProgress | null }): void;
  /** A job, sent to people who may see it; null: it has ended. */
  job(now: { id: string; job: JobView | null }): void;
  /** An alarm, shown on all consoles within a second (S24). */
  alarm(alarm: {
    areaKey: string;
    code: string;
    zh: string;
    en: string;
    atMs: number;
    /** A danger alarm is never dropped in favour of alarms of lower rank. */
    isDanger?: boolean;
  }): void;
  /** The answer to GET /session has changed for this person. */
  session(): void;
}

export interface BrowserToServer {
  /** Subscribes to these chains after these revisions; the answer holds the chains' present revisions. */
  follow(request: { chains: string[] }, answer: (heads: Record<string, number>) => void): void;
}
