/**
 * What a machine's own programs say of its time. Pure. Fields of `chronyc -c tracking`: chronyc(1) of chrony 4, and, read the same
 * way, manchtools/power-manage sdk/go/sys/timesync; `NTPSynchronized` and the file: timedatectl(1), systemd-timesyncd(8).
 */
import type { TimeLine } from "../contract/machine-time.ts";

/** Null: it was not there, did not answer, or said nothing that we can read. */
export interface TimeSeen {
  /** Output of `chronyc -c tracking`. */
  chrony: string | null;
  /** Output of `timedatectl show`: the kernel's own word, whoever sets its clock. */
  timedatectl: string | null;
  /** When systemd-timesyncd last touched its file; it is gone after a boot. */
  timesyncdAtMs: number | null;
}

export type TimeVerdict = Pick<TimeLine, "state" | "source" | "offsetMs">;

const chronyFields = 14;
/** timesyncd asks every 34 minutes at the latest, and touches the file each time. */
const timesyncdAgeMaxMs = 3 * 3_600_000;

/** chrony first, for it alone tells an offset; whoever says nothing is passed over. */
export function judgeTime({ chrony, timedatectl, timesyncdAtMs }: TimeSeen, nowMs: number): TimeVerdict {
  const tracked = chrony === null ? null : readTracking(chrony);
  if (tracked) return verdict("chrony", tracked.isSynced, tracked.offsetMs);
  const said = timedatectl === null ? null : readTimedatectl(timedatectl);
  if (said !== null) return verdict("timedatectl", said);
  // An old file says nothing of now; nor does one of a future that the clock has left since.
  const isFresh = timesyncdAtMs !== null && Math.abs(nowMs - timesyncdAtMs) <= timesyncdAgeMaxMs;
  return isFresh ? verdict("timesyncd", true) : { state: "unknown", source: null, offsetMs: null };
}

const verdict = (source: TimeLine["source"], isSynced: boolean, offsetMs: number | null = null): TimeVerdict => ({
  state: isSynced ? "synchronised" : "not-synchronised",
  source,
  offsetMs,
});

/** Field 4 is by how many seconds the clock is off, 13 the leap status; newer versions may add fields. */
export function readTracking(text: string): { isSynced: boolean; offsetMs: number | null } | null {
  const fields = text.trim().split("\n")[0]?.split(",") ?? [];
  const [leap, offset] = [fields[chronyFields - 1]?.trim(), fields[4]?.trim() ?? ""];
  if (!leap || !/^[A-Za-z ]+$/.test(leap)) return null;
  const isSynced = !/^not sync/i.test(leap);
  const seconds = /^[+-]?\d{1,12}(\.\d{1,12})?$/.test(offset) ? Number(offset) : null;
  // Of a clock that follows nobody the offset is no measure of anything.
  return { isSynced, offsetMs: isSynced && seconds !== null ? Math.abs(seconds) * 1000 : null };
}

export function readTimedatectl(text: string): boolean | null {
  const said = /^NTPSynchronized=(yes|no)\r?$/m.exec(text)?.[1];
  return said === undefined ? null : said === "yes";
}
