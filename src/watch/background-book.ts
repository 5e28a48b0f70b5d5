/** Background tasks: failures are logged, counted, and reported as a problem when they repeat. */
import type { ErrorCode } from "../contract/errors.ts";
import type { StorageProblem } from "../contract/storage.ts";
import { storageProblem } from "./judge-disk.ts";

/** `upkeep`: the embedded database's own (VACUUM, CHECKPOINT). `sweep`: deletes expired rows. */
export type BackgroundTask = "upkeep" | "sweep" | "other";

export interface BackgroundBook {
  failed(task: BackgroundTask, error: unknown): void;
  /** A whole run succeeded. */
  done(task: BackgroundTask): void;
  /** Failures since the start. */
  counts(): Readonly<Record<BackgroundTask, number>>;
  /** Tasks that fail again and again, with what to do. */
  problems(): StorageProblem[];
}

/** One failure may be a database that was away; this many in a row do not mend by themselves. */
const inARowMin = 3;
const codes = { upkeep: "upkeep-failing", sweep: "sweep-failing" } as const satisfies Record<string, ErrorCode>;

export function backgroundBook(tell: (task: BackgroundTask, error: unknown) => void): BackgroundBook {
  const counts = { upkeep: 0, sweep: 0, other: 0 };
  const inARow = { upkeep: 0, sweep: 0, other: 0 };
  return {
    failed(task, error) {
      counts[task]++;
      inARow[task]++;
      tell(task, error);
    },
    done(task) {
      inARow[task] = 0;
    },
    counts: () => ({ ...counts }),
    problems: () =>
      (["upkeep", "sweep"] as const)
        .filter((task) => inARow[task] >= inARowMin)
        .map((task) => storageProblem(codes[task], { times: inARow[task] })),
  };
}
