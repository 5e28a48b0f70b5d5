/** Alarms of devices and controllers, how urgent they are, and why an alarm may be refused. */
import { kindsOf, type Said } from "./said.ts";

interface AlarmKind extends Said {
  /** A shelf controller may raise it about itself. */
  ofShelf: boolean;
  /** While a controller raises it, nothing starts in its area (S16, S21). A motion timeout has an interlock of its own. */
  holdsArea: boolean;
  /** At level danger it holds every area of its room, from raising to clearing (S21). */
  holdsRoom: boolean;
}

/** Devices of a room may raise other kinds; those are shown with the name that the device sent. */
export const alarmKindTable = {
  fire: { zh: "火警", en: "fire", ofShelf: true, holdsArea: true, holdsRoom: true },
  smoke: { zh: "烟雾", en: "smoke", ofShelf: true, holdsArea: true, holdsRoom: true },
  water: { zh: "漏水", en: "water", ofShelf: true, holdsArea: false, holdsRoom: false },
  "over-speed": { zh: "超速", en: "over-speed", ofShelf: true, holdsArea: true, holdsRoom: false },
  "motion-timeout": { zh: "移动超时", en: "motion timeout", ofShelf: true, holdsArea: false, holdsRoom: false },
  "mains-lost": { zh: "断电", en: "mains lost", ofShelf: true, holdsArea: true, holdsRoom: false },
  tripped: { zh: "防夹触发", en: "a trip edge", ofShelf: false, holdsArea: false, holdsRoom: false },
} as const satisfies Record<string, AlarmKind>;
type Kind = keyof typeof alarmKindTable;

/** What a controller warns of beside its interlocks (S16, S21); a register map may know none of them. */
export type ShelfAlarm = { [K in Kind]: (typeof alarmKindTable)[K]["ofShelf"] extends true ? K : never }[Kind];

const shelfAlarms = kindsOf(alarmKindTable).filter((kind): kind is ShelfAlarm => alarmKindTable[kind].ofShelf);
export const areaHoldingAlarms: readonly ShelfAlarm[] = shelfAlarms.filter((kind) => alarmKindTable[kind].holdsArea);
export const roomHoldingAlarms: readonly ShelfAlarm[] = shelfAlarms.filter((kind) => alarmKindTable[kind].holdsRoom);

export function alarmWord(kind: string, language: keyof Said): string {
  return Object.hasOwn(alarmKindTable, kind) ? alarmKindTable[kind as Kind][language] : kind;
}

/** Least urgent first. */
export const alarmLevelTable = {
  notice: { zh: "提示", en: "notice" },
  warning: { zh: "警告", en: "warning" },
  danger: { zh: "危险", en: "danger" },
} as const satisfies Record<string, Said>;
export type AlarmLevel = keyof typeof alarmLevelTable;
export const alarmLevels = kindsOf(alarmLevelTable);

/**
 * Why an alarm was refused or changed; counted for each device. names-another: it is accepted under its sender's name. no-sender:
 * it is shown, but holds and clears nothing. Alarms with any other fault are dropped.
 */
export const alarmFaultTable = {
  "over-budget": {
    zh: "一分钟内过多，已丢弃；请检查该设备。",
    en: "Too many in a minute, dropped: look at that device.",
  },
  "not-raised": {
    zh: "要解除不是自己发出的报警，已忽略。",
    en: "Wanted to clear an alarm that is not its own; ignored.",
  },
  "names-another": {
    zh: "以别的设备为来源，仍按发送者记录。",
    en: "Named another device as the source; kept under its sender's name.",
  },
  "no-sender": {
    zh: "旧格式，无法确认由谁发出：已提示，但不停机也不解除；请更新设备程序。",
    en: "Old form, nobody can tell who sent it: told, but it holds and clears nothing. Update the device.",
  },
  "not-readable": { zh: "内容不合格式，已丢弃。", en: "Not of the agreed form, dropped." },
  retained: { zh: "代理保存的旧消息，已丢弃。", en: "An old message kept by the broker, dropped." },
  "not-taken": {
    zh: "报警太多，网关来不及接收，已丢弃；请检查该设备。",
    en: "More than the gateway could take at the time, dropped: look at that device.",
  },
  "not-stored": {
    zh: "未能写入日志：数据库长时间不可用，或拒绝写入。",
    en: "Not written to the journal: the database was away too long, or refused it.",
  },
} as const satisfies Record<string, Said>;
export type AlarmFault = keyof typeof alarmFaultTable;
export const alarmFaults = kindsOf(alarmFaultTable);
