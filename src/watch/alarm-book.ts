/** Which alarms stand, and what a message of a device does to them. Pure but for its own memory; says what is to be done. */
import type { AlarmFault } from "../contract/kinds/alarms.ts";
import type { RoomAlarm } from "../contract/ports.ts";
import { type AlarmBudget, type AlarmRank, isBelow, makeAlarmBudget, rankOf } from "./alarm-budget.ts";

/** Of one device and rank: who has more standing than this is mad, and says nothing new by one more. */
export const standingMax = 20;
/** Notices of one device remembered to tell a repeat (QoS 1) from news. */
const noticesKeptMax = 50;

export interface Standing extends Omit<RoomAlarm, "isCleared" | "deviceId" | "level"> {
  id: string;
  deviceId: string;
  level: "warning" | "danger";
}

/** What a message comes to: nothing new, one more, one less, or a reason why it is not taken. */
export type Verdict =
  | { is: "repeat" }
  | { is: "raised"; rank: AlarmRank; standing: Standing | null }
  | { is: "cleared"; rank: AlarmRank; standing: Standing | null }
  | { is: "unsigned"; rank: AlarmRank }
  | { is: "fault"; fault: AlarmFault };

export interface AlarmBook {
  /** `isCounted`: against its sender's budget. */
  hear(alarm: RoomAlarm, isCounted?: boolean): Verdict;
  isStanding(alarm: Pick<RoomAlarm, "roomId" | "deviceId" | "alarmId">): boolean;
  /** As it was stored, at the start. */
  put(standing: Standing): void;
  /** Off the book; null when it does not stand (any more). */
  take(id: string): Standing | null;
  find(id: string): Standing | null;
  all(): Standing[];
  /** The kind that holds a room's areas (S21), or null. */
  holding(roomId: string): string | null;
}

export function makeAlarmBook(newId: () => string, budget: AlarmBudget = makeAlarmBudget()): AlarmBook {
  const book = new Map<string, Standing>();
  /** By source and alarm: whether the last word on it was that it is over. */
  const notices = new Map<string, Map<string, boolean>>();
  /** What a device calls a standing alarm now, where that is less than it stands for. */
  const lesser = new Map<string, string>();
  const keyOf = ({ roomId, deviceId, alarmId }: Pick<RoomAlarm, "roomId" | "deviceId" | "alarmId">) =>
    `${roomId}\n${deviceId}\n${alarmId}`;
  const find = (id: string) => [...book.values()].find((one) => one.id === id) ?? null;
  const over: Verdict = { is: "fault", fault: "over-budget" };

  function forget(key: string): void {
    book.delete(key);
    lesser.delete(key);
  }

  function hearNotice(alarm: RoomAlarm, source: string): Verdict {
    const heard = notices.get(source) ?? new Map<string, boolean>();
    // Raised again after it was over is news, however often that name was used.
    if (heard.get(alarm.alarmId) === alarm.isCleared) return { is: "repeat" };
    if (!budget.take(source, "notice", alarm.atMs)) return over;
    notices.set(source, heard);
    heard.delete(alarm.alarmId);
    heard.set(alarm.alarmId, alarm.isCleared);
    const [oldest] = heard.size > noticesKeptMax ? heard.keys() : [];
    if (oldest !== undefined) heard.delete(oldest);
    return { is: alarm.isCleared ? "cleared" : "raised", rank: "notice", standing: null };
  }

  function raise(
    alarm: RoomAlarm & { deviceId: string; level: Standing["level"] },
    source: string,
    isCounted: boolean,
  ): Verdict {
    const { isCleared: _, ...news } = alarm;
    const key = keyOf(news);
    const known = book.get(key);
    const said = `${news.level} ${news.kind}`;
    if (known && (lesser.get(key) ?? `${known.level} ${known.kind}`) === said) return { is: "repeat" };
    const rank = rankOf(news);
    if (isCounted && !budget.take(source, rank, news.atMs)) return over;
    // Called less, it is told and kept in the journal, and stands for what it was until it is cleared: motion holds by that.
    if (known && isBelow(rank, rankOf(known))) {
      lesser.set(key, said);
      return { is: "raised", rank, standing: known };
    }
    lesser.delete(key);
    const alike = [...book.values()].filter(
      (one) => `${one.roomId} ${one.deviceId}` === source && rankOf(one) === rank,
    );
    // What motion heard holds the room by itself, and has limits of its own: it must be here for a person to clear.
    if (isCounted && alike.length >= standingMax) return over;
    const standing = { ...news, id: known?.id ?? newId() };
    book.set(key, standing);
    return { is: "raised", rank, standing };
  }

  return {
    isStanding: (alarm) => book.has(keyOf(alarm)),
    hear(alarm, isCounted = true) {
      const { roomId, deviceId, level, isCleared, atMs } = alarm;
      const source = `${roomId} ${deviceId ?? "?"}`;
      const rank = rankOf(alarm);
      if (deviceId === null) return budget.take(source, rank, atMs) ? { is: "unsigned", rank } : over;
      const key = keyOf({ ...alarm, deviceId });
      const known = book.get(key);
      if (isCleared && known) {
        forget(key);
        return { is: "cleared", rank: rankOf(known), standing: known };
      }
      if (level === "notice") return hearNotice(alarm, source);
      // Of another device, of nobody, or cleared by a person meanwhile: there is nothing of its own to take back.
      if (isCleared) return { is: "fault", fault: "not-raised" };
      return raise({ ...alarm, deviceId, level }, source, isCounted);
    },
    put: (standing) => void book.set(keyOf(standing), standing),
    take(id) {
      const standing = find(id);
      if (standing) forget(keyOf(standing));
      return standing;
    },
    find,
    all: () => [...book.values()],
    holding(roomId) {
      for (const one of book.values()) if (one.roomId === roomId && rankOf(one) === "fire") return one.kind;
      return null;
    },
  };
}
