/** Words for the event that overtook a motion request. */
const heldByWords: Readonly<Record<string, { zh: string; en: string }>> = {
  stop: { zh: "停止", en: "a STOP" },
  lock: { zh: "挂锁", en: "a lock" },
  inhibit: { zh: "禁止移动", en: "an inhibit" },
  shelf: { zh: "控制器自身的停止", en: "a stop at the shelf itself" },
  clock: { zh: "时钟跳变", en: "a jump of the clock" },
  lead: { zh: "主控权中断", en: "a break in the lead" },
};

export function heldByWord(code: string, language: "zh" | "en"): string {
  return Object.hasOwn(heldByWords, code) ? (heldByWords[code]?.[language] ?? code) : code;
}
