/**
 * Which fire or smoke holds an area (S21), by two witnesses: what the gateway's book says, and what motion heard by itself. Either
 * holds; both must be over. Pure but for its own memory.
 */
import { holdsRoom, type RoomAlarm } from "../contract/ports.ts";
import type { AlarmName, AreaStart } from "./messages.ts";

/** Of one device: more change nothing, its room is held anyway. */
export const firesMax = 20;
/** As the gateway's book has it: a device gone mad sends no STOP by the thousand. What it raised stands until it is over. */
export const raisedPerMinuteMax = 20;
const minuteMs = 60_000;

export interface RoomFires {
  /** By the gateway, of one area. */
  told(areaKey: string, what: string | null): void;
  /** By motion itself; false where it changes nothing. */
  heard(alarm: RoomAlarm, monoMs: number): boolean;
  /** The gateway says that this one is over; false where motion had not heard it. */
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
      // Without a sender it holds nothing: nobody could take it back.
      if (alarm.deviceId === null) return false;
      const name = nameOf(alarm);
      if (alarm.isCleared) return own.delete(name);
      // One that is called less than a fire later goes on holding until it is taken back.
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
