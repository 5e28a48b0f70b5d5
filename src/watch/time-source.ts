/**
 * Reads what a machine's own programs say of its time. Pure. Fields of `chronyc -c tracking`: chronyc(1) of chrony 4, and
 * manchtools/power-manage sdk/go/sys/timesync; `NTPSynchronized` and the file: timedatectl(1), systemd-timesyncd(8).
 */
import type { TimeLine } from "../contract/machine-time.ts";

/** Null: the program is missing, did not answer, or its output cannot be read. */
export interface TimeSeen {
  /** Output of `chronyc -c tracking`. */
  chrony: string | null;
  /** Output of `timedatectl show`: the kernel's own state, whichever program sets its clock. */
  timedatectl: string | null;
  /** When systemd-timesyncd last touched its file; the file is gone after a boot. */
  timesyncdAtMs: number | null;
}

export type TimeVerdict = Pick<TimeLine, "state" | "source" | "offsetMs">;

const chronyFields = 14;
/** timesyncd asks at least every 34 minutes, and touches the file each time. */
const timesyncdAgeMaxMs = 3 * 3_600_000;

/** chrony first, because only it reports an offset; sources without an answer are skipped. */
export function judgeTime({ chrony, timedatectl, timesyncdAtMs }: TimeSeen, nowMs: number): TimeVerdict {
  const tracked = chrony === null ? null : readTracking(chrony);
  if (tracked) return verdict("chrony", tracked.isSynced, tracked.offsetMs);
  const said = timedatectl === null ? null : readTimedatectl(timedatectl);
  if (said !== null) return verdict("timedatectl", said);
  // An old file says nothing about the present, nor does one dated ahead of a clock that was set back since.
  const isFresh = timesyncdAtMs !== null && Math.abs(nowMs - timesyncdAtMs) <= timesyncdAgeMaxMs;
  return isFresh ? verdict("timesyncd", true) : { state: "unknown", source: null, offsetMs: null };
}

const verdict = (source: TimeLine["source"], isSynced: boolean, offsetMs: number | null = null): TimeVerdict => ({
  state: isSynced ? "synchronised" : "not-synchronised",
  source,
  offsetMs,
});

/** Field 4 is the clock's offset in seconds, 13 the leap status; newer versions may add fields. */
export function readTracking(text: string): { isSynced: boolean; offsetMs: number | null } | null {
  const fields = text.trim().split("\n")[0]?.split(",") ?? [];
  const [leap, offset] = [fields[chronyFields - 1]?.trim(), fields[4]?.trim() ?? ""];
  if (!leap || !/^[A-Za-z ]+$/.test(leap)) return null;
  const isSynced = !/^not sync/i.test(leap);
  const seconds = /^[+-]?\d{1,12}(\.\d{1,12})?$/.test(offset) ? Number(offset) : null;
  // Without a time source the offset means nothing.
  return { isSynced, offsetMs: isSynced && seconds !== null ? Math.abs(seconds) * 1000 : null };
}

export function readTimedatectl(text: string): boolean | null {
  const said = /^NTPSynchronized=(yes|no)\r?$/m.exec(text)?.[1];
  return said === undefined ? null : said === "yes";
}
