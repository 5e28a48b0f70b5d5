/** If the database server is away, the start waits and says so; an error that waiting cannot fix is thrown at once. */
import { type Clock, sleep } from "../clock/clock.ts";
import { sentence } from "../contract/errors.ts";
import { messageOf } from "../contract/told-error.ts";
import { sqlStateOf } from "./database-error.ts";

export interface WaitDeps {
  clock: Clock;
  say(line: string): void;
  waitMinutesMax?: number;
  /** Aborted: the caller gave up, and the last error is thrown. */
  told?: AbortSignal | undefined;
}

/** A server that is starting, or whose network comes up late, is ready by then; after it the unit file restarts the gateway. */
const waitMinutesMaxDefault = 30;
const pauseFirstMs = 500;
const pauseMsMax = 5_000;
const sayEveryMs = 10_000;

/** Resolves as `open` does, or rejects with its error: at once, or with the last one when the time is over. */
export async function whenThere<T>(open: () => Promise<T>, deps: WaitDeps): Promise<T> {
  const { clock, say, waitMinutesMax = waitMinutesMaxDefault, told } = deps;
  const sinceMs = clock.nowMs();
  let saidAtMs = Number.NEGATIVE_INFINITY;
  for (let attempt = 0; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      const waitedMs = clock.nowMs() - sinceMs;
      if (told?.aborted || !isAway(error) || waitedMs >= waitMinutesMax * 60_000) throw error;
      if (clock.nowMs() - saidAtMs >= sayEveryMs) {
        saidAtMs = clock.nowMs();
        const params = { detail: messageOf(error), waitedS: Math.round(waitedMs / 1000), waitMinutesMax };
        for (const language of ["zh", "en"] as const) say(sentence("database-waited-for", language, params));
      }
      await pause(clock, Math.min(pauseMsMax, pauseFirstMs * 2 ** Math.min(attempt, 10)), told);
      if (told?.aborted) throw error;
    }
  }
}

/** Ends at once when the caller gives up. */
async function pause(clock: Clock, ms: number, told: AbortSignal | undefined): Promise<void> {
  const isTold = new Promise<void>((resolve) => told?.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([sleep(clock, ms), isTold]);
}

const lost = /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNRE(SET|FUSED)|EPIPE|ETIMEDOUT)$/;

/** A wrong password, a missing database and another program's schema are not fixed by waiting. */
function isAway(error: unknown): boolean {
  const { code = "" } = error as { code?: string };
  const state = sqlStateOf(error) ?? "";
  return code === "database-unreachable" || lost.test(code) || /^(08|57P0[1-3]|53300)/.test(state);
}
