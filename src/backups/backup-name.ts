/** Names like guiwei-20261122-154601-123Z.guiwei: the time of the backup in UTC, so that names sort by time. Pure. */
const ours = /^guiwei-(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-(\d{3})Z\.guiwei$/;

export function backupName(madeAtMs: number): string {
  const [day = "", time = ""] = new Date(madeAtMs).toISOString().split("T");
  return `guiwei-${day.replaceAll("-", "")}-${time.replaceAll(":", "").replace(".", "-")}.guiwei`;
}

/** Null for every name of another form. */
export function madeAtMsOf(name: string): number | null {
  const parts = ours.exec(name)?.slice(1).map(Number);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, ...time] = parts;
  const madeAtMs = Date.UTC(year, month - 1, day, ...time);
  // Rejects dates that do not exist, such as the 31st of February.
  return backupName(madeAtMs) === name ? madeAtMs : null;
}
