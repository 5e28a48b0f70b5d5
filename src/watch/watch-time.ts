/**
 * Watches the machine's clock: whether it follows a time source, its offset, and whether somebody set it. Each is reported once.
 */
import { clockGap } from "../clock/clock-gap.ts";
import type { Context } from "../context.ts";
import { type ErrorCode, sentence } from "../contract/errors.ts";
import { siteChain } from "../contract/journal.ts";
import type { JournalKind } from "../contract/kinds/journal-rows.ts";
import type { TimeLine } from "../contract/machine-time.ts";
import type { StorageProblem } from "../contract/storage.ts";
import { openAlarmLedger } from "./alarm-ledger.ts";
import { askTime } from "./ask-time.ts";
import { judgeTime, type TimeSeen } from "./time-source.ts";

/** A machine that has just started, or whose time server was briefly away, is not reported. */
export const notSyncedMsMax = 15 * 60_000;
/** A command is held back at an age of two seconds, so the clock must be better than that. */
export const offsetMsMax = 1_000;
const lookEveryMs = 60_000;
const gapEveryMs = 1_000;

export interface TimeWatchDeps {
  context: Context;
  ask?(): Promise<TimeSeen>;
  onAlarm(alarm: { areaKey: string; code: string; zh: string; en: string; atMs: number }): void;
  onFailure(error: unknown): void;
}

export interface TimeWatch {
  line(): TimeLine;
  problems(): StorageProblem[];
  close(): Promise<void>;
}

export function watchTime({ context, ask = askTime, onAlarm, onFailure }: TimeWatchDeps): TimeWatch {
  const { clock } = context;
  const ledger = openAlarmLedger({ context, onFailure, name: "time" });
  const gapMs = clockGap(clock);
  let line: TimeLine = { state: "unknown", source: null, offsetMs: null, sinceMs: null };
  let sinceMonoMs = clock.monoMs();
  let told: string | null = null;
  let isClosed = false;

  function note(kind: JournalKind, body: Record<string, unknown>): void {
    ledger.write("warning", {
      work: async (_tx, recorder) => recorder.note({ chain: siteChain, actor: "gateway", kind, subject: null, body }),
    });
  }

  const alarm = (why: StorageProblem) => onAlarm({ areaKey: "gateway", atMs: clock.nowMs(), ...why });

  const problem = () => problemOf(line, clock.monoMs() - sinceMonoMs);

  async function look(): Promise<void> {
    const seen = judgeTime(await ask(), clock.nowMs());
    if (isClosed) return;
    if (seen.state !== line.state || line.sinceMs === null) {
      sinceMonoMs = clock.monoMs();
      line = { ...line, sinceMs: clock.nowMs() };
    }
    line = { ...line, ...seen };
    const now = problem();
    if ((now?.code ?? null) === told) return;
    told = now?.code ?? null;
    if (now) alarm(now);
    const { state, source, offsetMs } = line;
    note("machine.time", { state, source, offsetMs, ...(now ? { why: now } : {}) });
  }

  function lookForGap(): void {
    const gap = gapMs();
    if (gap === null) return;
    const gapS = Math.round(gap / 100) / 10;
    const why = saying("clock-gap", { gapS });
    alarm(why);
    note("machine.clock-gap", { gapS, why });
  }

  let cancelLook = () => {};
  function lookAgain(): void {
    void look()
      .catch(onFailure)
      .finally(() => {
        if (!isClosed) cancelLook = clock.after(lookEveryMs, lookAgain);
      });
  }
  lookAgain();

  let cancelGap = () => {};
  function gapAgain(): void {
    lookForGap();
    cancelGap = clock.after(gapEveryMs, gapAgain);
  }
  gapAgain();

  return {
    line: () => line,
    problems() {
      const now = problem();
      return now ? [now] : [];
    },
    async close() {
      isClosed = true;
      cancelLook();
      cancelGap();
      await ledger.close();
    },
  };
}

function saying(code: ErrorCode, params: Record<string, number>): StorageProblem {
  return { code, zh: sentence(code, "zh", params), en: sentence(code, "en", params) };
}

/** `ageMs`: how long it has been in this state. */
function problemOf({ state, offsetMs }: TimeLine, ageMs: number): StorageProblem | null {
  if (offsetMs !== null && offsetMs > offsetMsMax)
    return saying("time-off", { offsetS: Math.round(offsetMs / 100) / 10 });
  if (state !== "not-synchronised" || ageMs < notSyncedMsMax) return null;
  return saying("time-not-synchronised", { minutes: Math.round(notSyncedMsMax / 60_000) });
}
