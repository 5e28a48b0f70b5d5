/** The live feed (socket.io, path /live): committed journal rows a room, plus the present state of areas and devices. */
import type { AreaPush } from "./aisles.ts";
import type { AttentionChange } from "./attention.ts";
import type { ImportProgress } from "./catalogue.ts";
import type { JobView } from "./jobs.ts";
import type { JournalRow } from "./journal.ts";
import type { LocateView } from "./locate.ts";
import type { DeviceHealth } from "./ports.ts";
import type { StocktakeView } from "./stocktake.ts";

export interface ServerToBrowser {
  /** One committed row; revisions of a chain have no gap: a gap means refetch. */
  journal(row: JournalRow): void;
  /** State, not history: the newest replaces the one before. */
  area(view: AreaPush): void;
  /** Before the first "area" that names its version; a console that missed it sees another version there than it has. */
  attention(change: AttentionChange): void;
  device(health: DeviceHealth): void;
  /** Progress of a running stocktake. */
  stocktake(view: StocktakeView): void;
  /** What a hand search hears now. */
  locate(view: LocateView): void;
  /** How far an import is, to whoever may import; null: nothing is done with it now. */
  import(now: { id: string; progress: ImportProgress | null }): void;
  /** A job, to whoever may see it; null: it has ended. */
  job(now: { id: string; job: JobView | null }): void;
  /** Raised on all consoles within a second (S24). */
  alarm(alarm: {
    areaKey: string;
    code: string;
    zh: string;
    en: string;
    atMs: number;
    /** Never put aside for others of lower rank. */
    isDanger?: boolean;
  }): void;
  /** GET /session says something new of this person. */
  session(): void;
}

export interface BrowserToServer {
  /** Follow these chains from these revisions on; answers with the chains' present revisions. */
  follow(request: { chains: string[] }, answer: (heads: Record<string, number>) => void): void;
}
