/** Ends a locate job exactly once, and records that in the journal. */
import { sleep } from "../clock/clock.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../contract/journal.ts";
import type { LocateView } from "../contract/locate.ts";
import { type Locate, viewOf } from "./locate.ts";
import { noteEnd } from "./note-locate.ts";

/** If the database is away for a moment, the end of a locate job is retried. */
const noteAttemptsMax = 30;
const noteAgainAfterMs = 1_000;

export interface EndingDeps {
  context: Context;
  onProgress(view: LocateView): void;
  onFailure(error: unknown): void;
}

export interface LocateEnding {
  now(locate: Locate, why: NonNullable<LocateView["endedWhy"]>): void;
  /** Records an end that no request waits for; retried until the database accepts it. */
  byItself(locate: Locate, why: "time" | "found"): void;
  note(locate: Locate, actor: Actor): Promise<void>;
  /** Ends that are not recorded by now are not retried. */
  close(): void;
}

export function endingOf(deps: EndingDeps, keep: (locate: Locate, work: () => Promise<void>) => void): LocateEnding {
  const { context } = deps;
  let isClosed = false;

  function now(locate: Locate, why: NonNullable<LocateView["endedWhy"]>): void {
    if (locate.endedWhy !== null) return;
    locate.endedWhy = why;
    locate.endedAtMs = Math.round(context.clock.nowMs());
    locate.cancelEnd();
    deps.onProgress(viewOf(locate));
  }

  /** Set before anything waits, so that two requests to end write one row. */
  async function note(locate: Locate, actor: Actor): Promise<void> {
    if (locate.isEndNoted) return;
    locate.isEndNoted = true;
    try {
      await noteEnd(context, actor, viewOf(locate));
    } catch (error) {
      locate.isEndNoted = false;
      throw error;
    }
  }

  return {
    now,
    note,
    byItself(locate, why) {
      if (locate.endedWhy !== null) return;
      now(locate, why);
      keep(locate, async () => {
        for (let attempt = 1; !locate.isEndNoted; attempt++) {
          try {
            return await note(locate, "gateway");
          } catch (error) {
            deps.onFailure(error);
            if (attempt >= noteAttemptsMax || isClosed) return;
          }
          await sleep(context.clock, noteAgainAfterMs);
        }
      });
    },
    close() {
      isClosed = true;
    },
  };
}
