/** How a hunt ends, once, and how the journal gets to know. */
import { sleep } from "../clock/clock.ts";
import type { HuntView } from "../contract/hunt.ts";
import type { Actor } from "../contract/journal.ts";
import type { Context } from "../context.ts";
import { type Hunt, viewOf } from "./hunt.ts";
import { noteEnd } from "./note-hunt.ts";

/** A database that is away for a moment does not cost the row of a hunt that ended by itself. */
const noteAttemptsMax = 30;
const noteAgainAfterMs = 1_000;

export interface EndingDeps {
  context: Context;
  onProgress(view: HuntView): void;
  onFailure(error: unknown): void;
}

export interface HuntEnding {
  now(hunt: Hunt, why: NonNullable<HuntView["endedWhy"]>): void;
  /** Nobody waits for its row: it is tried until the database takes it. */
  byItself(hunt: Hunt, why: "time" | "found"): void;
  note(hunt: Hunt, actor: Actor): Promise<void>;
  /** What is not noted by now is not tried again. */
  close(): void;
}

export function endingOf(deps: EndingDeps, keep: (hunt: Hunt, work: () => Promise<void>) => void): HuntEnding {
  const { context } = deps;
  let isClosed = false;

  function now(hunt: Hunt, why: NonNullable<HuntView["endedWhy"]>): void {
    if (hunt.endedWhy !== null) return;
    hunt.endedWhy = why;
    hunt.endedAtMs = Math.round(context.clock.nowMs());
    hunt.cancelEnd();
    deps.onProgress(viewOf(hunt));
  }

  /** Set before anything waits: two requests to end write one row. */
  async function note(hunt: Hunt, actor: Actor): Promise<void> {
    if (hunt.isEndNoted) return;
    hunt.isEndNoted = true;
    try {
      await noteEnd(context, actor, viewOf(hunt));
    } catch (error) {
      hunt.isEndNoted = false;
      throw error;
    }
  }

  return {
    now,
    note,
    byItself(hunt, why) {
      if (hunt.endedWhy !== null) return;
      now(hunt, why);
      keep(hunt, async () => {
        for (let attempt = 1; !hunt.isEndNoted; attempt++) {
          try {
            return await note(hunt, "gateway");
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
