/** Which alarms stand, and what a device's message changes. Pure but for its own memory; returns what is to be done. */
import type { AlarmFault } from "../contract/kinds/alarms.ts";
import type { RoomAlarm } from "../contract/ports.ts";
import { type AlarmBudget, type AlarmRank, isBelow, makeAlarmBudget, rankOf } from "./alarm-budget.ts";

/** For one device and rank: a device with more standing alarms is faulty, and one more adds nothing. */
export const standingMax = 20;
/** Notices remembered for each device, to tell a repeat (QoS 1) from a new one. */
const noticesKeptMax = 50;

export interface Standing extends Omit<RoomAlarm, "isCleared" | "deviceId" | "level"> {
  id: string;
  deviceId: string;
  level: "warning" | "danger";
}

/** The result of a message: nothing new, one more, one less, or the reason why it is not accepted. */
export type Verdict =
  | { is: "repeat" }
  | { is: "raised"; rank: AlarmRank; standing: Standing | null }
  | { is: "cleared"; rank: AlarmRank; standing: Standing | null }
  | { is: "unsigned"; rank: AlarmRank }
  | { is: "fault"; fault: AlarmFault };

export interface AlarmBook {
  /** `isCounted`: it counts against its sender's budget. */
  hear(alarm: RoomAlarm, isCounted?: boolean): Verdict;
  isStanding(alarm: Pick<RoomAlarm, "roomId" | "deviceId" | "alarmId">): boolean;
  /** Restores an alarm that was stored, at the start. */
  put(standing: Standing): void;
  /** Removes an alarm; null when it does not stand (any more). */
  take(id: string): Standing | null;
  find(id: string): Standing | null;
  all(): Standing[];
  /** The kind that holds a room's areas (S21), or null. */
  holding(roomId: string): string | null;
}

const over: Verdict = { is: "fault", fault: "over-budget" };

export function makeAlarmBook(newId: () => string, budget: AlarmBudget = makeAlarmBudget()): AlarmBook {
  const book = new Map<string, Standing>();
  /** The rank that a device now gives to a standing alarm, if lower than the one it stands for. */
  const lesser = new Map<string, string>();
  const keyOf = ({ roomId, deviceId, alarmId }: Pick<RoomAlarm, "roomId" | "deviceId" | "alarmId">) =>
    `${roomId}\n${deviceId}\n${alarmId}`;
  const hearNotice = noticeBook(budget);
  const find = (id: string) => [...book.values()].find((one) => one.id === id) ?? null;

  function forget(key: string): void {
    book.delete(key);
    lesser.delete(key);
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
    // A lowered alarm is shown and journalled, but keeps its rank until it is cleared, because motion holds by that.
    if (known && isBelow(rank, rankOf(known))) {
      lesser.set(key, said);
      return { is: "raised", rank, standing: known };
    }
    lesser.delete(key);
    const alike = [...book.values()].filter(
      (one) => `${one.roomId} ${one.deviceId}` === source && rankOf(one) === rank,
    );
    // An alarm heard by motion already holds the room and has limits of its own; it must be listed so that a person can clear it.
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
      // From another device, without a sender, or cleared by a person meanwhile: the device has no alarm to withdraw.
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

/** Notices do not stand; they are only remembered to tell a repeat from a new one. */
function noticeBook(budget: AlarmBudget): (alarm: RoomAlarm, source: string) => Verdict {
  /** By source and alarm: whether the last message said that it is over. */
  const notices = new Map<string, Map<string, boolean>>();

  return (alarm, source) => {
    const heard = notices.get(source) ?? new Map<string, boolean>();
    // Raised again after it was over counts as new, however often that name was used.
    if (heard.get(alarm.alarmId) === alarm.isCleared) return { is: "repeat" };
    if (!budget.take(source, "notice", alarm.atMs)) return over;
    notices.set(source, heard);
    heard.delete(alarm.alarmId);
    heard.set(alarm.alarmId, alarm.isCleared);
    const [oldest] = heard.size > noticesKeptMax ? heard.keys() : [];
    if (oldest !== undefined) heard.delete(oldest);
    return { is: alarm.isCleared ? "cleared" : "raised", rank: "notice", standing: null };
  };
}
