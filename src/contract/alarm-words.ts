/** What controllers and other devices call out, in words; a code that is not here is shown as it came. */
const alarmWords: Readonly<Record<string, { zh: string; en: string }>> = {
  fire: { zh: "火警", en: "fire" },
  smoke: { zh: "烟雾", en: "smoke" },
  water: { zh: "漏水", en: "water" },
  "over-speed": { zh: "超速", en: "over-speed" },
  "motion-timeout": { zh: "移动超时", en: "motion timeout" },
  "mains-lost": { zh: "断电", en: "mains lost" },
  tripped: { zh: "防夹触发", en: "a trip edge" },
};

export function alarmWord(code: string, language: "zh" | "en"): string {
  return Object.hasOwn(alarmWords, code) ? (alarmWords[code]?.[language] ?? code) : code;
}

/** What a wish to move was overtaken by. */
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
