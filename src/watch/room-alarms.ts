/** What devices of a room call out: told on every console at once, then kept in the room's journal; cleared ones only there. */
import type { Saying } from "../contract/aisles.ts";
import { sentence } from "../contract/errors.ts";
import { roomChain } from "../contract/journal.ts";
import type { RoomAlarm } from "../contract/ports.ts";
import type { House } from "../house.ts";
import { change } from "../journal/change.ts";

export interface RoomAlarmsDeps {
  house: House;
  /** `areaKey` is the area of the device that called, or the room where none is known. */
  onAlarm(alarm: Saying & { areaKey: string; atMs: number }): void;
  onFailure(error: unknown): void;
}

/** Alarms remembered to tell a repeat (QoS 1) from news. */
const rememberedMax = 500;
/** A device gone mad must not fill the journal that is never emptied. */
const rowsPerMinuteMax = 60;

export function takeRoomAlarms({ house, onAlarm, onFailure }: RoomAlarmsDeps): (alarm: RoomAlarm) => void {
  const told = new Map<string, boolean>();
  let minute = 0;
  let rows = 0;

  function isNews({ roomId, alarmId, isCleared }: RoomAlarm): boolean {
    const key = `${roomId} ${alarmId}`;
    if (told.get(key) === isCleared) return false;
    told.delete(key);
    told.set(key, isCleared);
    const oldest = told.size > rememberedMax ? told.keys().next() : null;
    if (oldest && !oldest.done) told.delete(oldest.value);
    return true;
  }

  function isTooMany(atMs: number): boolean {
    const now = Math.floor(atMs / 60_000);
    if (now !== minute) rows = 0;
    minute = now;
    return ++rows > rowsPerMinuteMax;
  }

  function placeOf({ roomId, deviceId }: RoomAlarm): string {
    const area = house.layout.areas.find(
      ({ spec }) =>
        spec.controller === deviceId ||
        spec.lights === deviceId ||
        (deviceId !== null && spec.climate?.includes(deviceId)) ||
        spec.antennas.some(({ reader }) => reader === deviceId),
    );
    return area ? `${area.roomId}.${area.id}` : roomId;
  }

  return (alarm) => {
    if (!isNews(alarm)) return;
    const { roomId, deviceId, kind, level, alarmId, isCleared, atMs } = alarm;
    if (isTooMany(atMs)) {
      if (rows === rowsPerMinuteMax + 1)
        onFailure(new Error(`more than ${rowsPerMinuteMax} alarms a minute in ${roomId}`));
      return;
    }
    const place = placeOf(alarm);
    if (!isCleared && level !== "notice") {
      const params = { alarm: kind, device: deviceId ?? "–" };
      const said = { zh: sentence("device-alarm", "zh", params), en: sentence("device-alarm", "en", params) };
      onAlarm({ areaKey: place, atMs, code: "device-alarm", ...said });
    }
    change(house, async (_tx, { note }) =>
      note({
        chain: roomChain(roomId),
        actor: deviceId === null ? "gateway" : `device:${deviceId}`,
        kind: "room.alarm",
        subject: place === roomId ? null : `area:${place}`,
        body: { alarmId, level, what: kind, deviceId, state: isCleared ? "cleared" : "raised" },
      }),
    ).catch(onFailure);
  };
}
