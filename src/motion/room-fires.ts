/**
 * The fire or smoke that holds an area (S21), by two sources: the gateway's list, and what motion heard by itself. Either holds
 * the area; both must be over. Pure but for its own memory.
 */
import { holdsRoom, type RoomAlarm } from "../contract/ports.ts";
import type { AlarmName, AreaStart } from "./messages.ts";

/** Most fires kept for one device; more change nothing, as the room is already held. */
export const firesMax = 20;
/**
 * The same limit as in the gateway: a faulty device must not cause STOPs by the thousand. A raised alarm stands until it is over.
 */
export const raisedPerMinuteMax = 20;
const minuteMs = 60_000;

export interface RoomFires {
  /** The gateway's report for one area. */
  told(areaKey: string, what: string | null): void;
  /** An alarm that motion heard; returns false if it changes nothing. */
  heard(alarm: RoomAlarm, monoMs: number): boolean;
  /** The gateway says that this alarm is over; returns false if motion had not heard it. */
  over(alarm: AlarmName): boolean;
  holding(areaKey: string): string | null;
}

export function roomFires(starts: readonly Pick<AreaStart, "areaKey" | "roomAlarm">[]): RoomFires {
  const saidByGateway = new Map(starts.map(({ areaKey, roomAlarm }) => [areaKey, roomAlarm]));
  const own = new Map<string, RoomAlarm>();
  const raised = new Map<string, number[]>();
  const nameOf = ({ roomId, deviceId, alarmId }: AlarmName) => `${roomId}\n${deviceId}\n${alarmId}`;

  function mayRaise({ roomId, deviceId }: RoomAlarm, monoMs: number): boolean {
    const source = `${roomId}\n${deviceId}`;
    const within = (raised.get(source) ?? []).filter((atMs) => monoMs - atMs < minuteMs);
    const isWithin = within.length < raisedPerMinuteMax;
    raised.set(source, isWithin ? [...within, monoMs] : within);
    return isWithin;
  }

  return {
    told: (areaKey, what) => void saidByGateway.set(areaKey, what),
    heard(alarm, monoMs) {
      // Ignored without a sender, because nobody could withdraw it.
      if (alarm.deviceId === null) return false;
      const name = nameOf(alarm);
      if (alarm.isCleared) return own.delete(name);
      // An alarm lowered to less than fire goes on holding until it is withdrawn.
      if (own.has(name) || !holdsRoom(alarm)) return false;
      const alike = [...own.values()].filter(
        ({ roomId, deviceId }) => roomId === alarm.roomId && deviceId === alarm.deviceId,
      );
      if (alike.length >= firesMax || !mayRaise(alarm, monoMs)) return false;
      own.set(name, alarm);
      return true;
    },
    over: (alarm) => own.delete(nameOf(alarm)),
    holding(areaKey) {
      const said = saidByGateway.get(areaKey) ?? null;
      if (said !== null) return said;
      for (const { roomId, kind } of own.values()) if (areaKey.startsWith(`${roomId}.`)) return kind;
      return null;
    },
  };
}
