import dayjs from "dayjs";

/** "clock" 14:03:09 · "short" 14:03 today, 11-22 14:03 this year · "full" 2025-11-22 14:03:09 */
export function atTime(ms: number, style: "clock" | "short" | "full" | "day" = "short", nowMs = Date.now()): string {
  const at = dayjs(ms);
  if (style === "clock") return at.format("HH:mm:ss");
  if (style === "full") return at.format("YYYY-MM-DD HH:mm:ss");
  if (style === "day") return at.format("YYYY-MM-DD");
  if (at.isSame(nowMs, "day")) return at.format("HH:mm");
  return at.format(at.isSame(nowMs, "year") ? "MM-DD HH:mm" : "YYYY-MM-DD HH:mm");
}
