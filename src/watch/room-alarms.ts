/**
 * What devices of a room call out: on every console at once, the room's areas held for fire (S21), then the journal. Who says
 * it is the device that the broker knows; only it or a person takes it back; no device and no rank uses another's share.
 */
import { and, eq } from "drizzle-orm";
import type { Saying } from "../contract/aisles.ts";
import type { DeviceAlarms, StandingAlarm } from "../contract/alarms.ts";
import { type ErrorCode, Refusal, sentence } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { AlarmListener, RoomAlarm } from "../contract/ports.ts";
import type { House } from "../house.ts";
import { change } from "../journal/change.ts";
import type { Tx } from "../storage/db.ts";
import { standingAlarms } from "../storage/schema/alarms.ts";
import { makeAlarmBook, type Standing } from "./alarm-book.ts";
import { type AlarmRank, rankOf } from "./alarm-budget.ts";
import { countAlarmFaults, type FaultRow } from "./alarm-faults.ts";
import { type AlarmWork, keptRanks, openAlarmLedger } from "./alarm-ledger.ts";
import type { DangerFiles } from "./danger-files.ts";
import { placeOfDevice } from "./place-of-device.ts";

export interface RoomAlarmsDeps {
  house: House;
  /** `areaKey` is the area of the device that called, or the room where none is known. */
  onAlarm(alarm: Saying & { areaKey: string; atMs: number; isDanger: boolean }): void;
  /** The kind that holds the areas of a room from now on, or null: none does any more. */
  onHold(roomId: string, what: string | null): void;
  /** Of those one that stood and does not any more, before `onHold` says what is left. */
  onOver?(alarm: Pick<RoomAlarm, "roomId" | "deviceId" | "alarmId">): void;
  /** Where dangers wait for a database that is away, over the death of this process. */
  files?: DangerFiles;
  onFailure(error: unknown): void;
}

export interface RoomAlarms extends AlarmListener {
  /** Heard by the motion process, too, or by it alone: the same alarm is no news. */
  alsoHeard(alarm: RoomAlarm): void;
  view(): DeviceAlarms;
  /** By a person; stored before it counts. Refuses with not-found. */
  clear(id: string, actor: Actor, reason: string | null): Promise<void>;
  /** Tries to store everything heard until now; false when some of it is not. */
  written(): Promise<boolean>;
  close(): Promise<void>;
}

/** Takes up what stood when the gateway last ran: an alarm ends by being cleared and by nothing else. */
export async function openRoomAlarms(deps: RoomAlarmsDeps): Promise<RoomAlarms> {
  const { house, files, onFailure } = deps;
  const book = makeAlarmBook(house.newId);
  const ledger = openAlarmLedger({ house, onFailure, name: "alarms", ...(files ? { files } : {}) });
  const faults = countAlarmFaults(house.clock, (rows) => rows.forEach(noteFaults));
  const placeOf = (roomId: string, deviceId: string | null) => placeOfDevice(house.layout, roomId, deviceId);
  for (const row of await house.db.select().from(standingAlarms)) book.put({ ...row, atMs: row.raisedAtMs });
  for (const { id } of house.layout.site.rooms) hold(id);

  function hold(roomId: string): void {
    deps.onHold(roomId, book.holding(roomId));
  }

  function write(rank: AlarmRank, alarm: RoomAlarm, work: AlarmWork): void {
    const onRefused = () => faults.count({ ...alarm, fault: "not-stored" }, alarm.level);
    const kept = keptRanks.includes(rank) ? { areaKey: placeOf(alarm.roomId, alarm.deviceId), alarm } : null;
    if (!ledger.write(rank, { work, onRefused, ...(kept ? { kept } : {}) })) onRefused();
  }

  function tell({ roomId, deviceId, kind, level, atMs }: RoomAlarm, code: ErrorCode): void {
    if (level === "notice") return;
    const params = { alarm: kind, device: deviceId ?? "–" };
    const said = { zh: sentence(code, "zh", params), en: sentence(code, "en", params) };
    deps.onAlarm({ areaKey: placeOf(roomId, deviceId), atMs, code, isDanger: level === "danger", ...said });
  }

  function note({ roomId, deviceId, alarmId, level, kind }: RoomAlarm, state: "raised" | "cleared"): AlarmWork {
    const place = placeOf(roomId, deviceId);
    return async (_tx, recorder) =>
      recorder.note({
        chain: roomChain(roomId),
        actor: deviceId === null ? "gateway" : `device:${deviceId}`,
        kind: "room.alarm",
        subject: place === roomId ? null : `area:${place}`,
        body: { alarmId, level, what: kind, deviceId, state },
      });
  }

  /** Merged: one row says how many, so that a device gone mad does not fill the journal that is never emptied. */
  function noteFaults({ roomId, deviceId, fault, level, count, sinceMs }: FaultRow): void {
    const body = { deviceId, fault, level, count, sinceMs };
    const row = {
      chain: roomChain(roomId),
      actor: "gateway",
      kind: "room.alarms-refused",
      subject: null,
      body,
    } as const;
    const isTaken = ledger.write("notice", { work: async (_tx, recorder) => recorder.note(row) });
    if (!isTaken) faults.count({ roomId, deviceId, fault: "not-stored", atMs: house.clock.nowMs() });
  }

  function raised(alarm: RoomAlarm, rank: AlarmRank, standing: Standing | null): void {
    tell(alarm, "device-alarm");
    if (standing && rank === "fire") hold(alarm.roomId);
    const noted = note(alarm, "raised");
    write(rank, alarm, async (tx, recorder) => {
      // As it stands now: ranks overtake each other on their way here.
      const now = standing && book.find(standing.id);
      if (now) await keepStanding(tx, now);
      await noted(tx, recorder);
    });
  }

  function release(standing: Standing): void {
    if (rankOf(standing) === "fire") deps.onOver?.(standing);
    hold(standing.roomId);
  }

  function cleared(alarm: RoomAlarm, rank: AlarmRank, standing: Standing | null): void {
    if (standing) release(standing);
    // Told as it was raised: what the taking back calls it counts for nothing.
    const told = { ...alarm, ...standing, atMs: alarm.atMs };
    const noted = note(told, "cleared");
    write(rank, told, async (tx, recorder) => {
      if (standing) await tx.delete(standingAlarms).where(eq(standingAlarms.id, standing.id));
      await noted(tx, recorder);
    });
  }

  function hear(alarm: RoomAlarm, isCounted = true): void {
    const verdict = book.hear(alarm, isCounted);
    if (verdict.is === "raised") raised(alarm, verdict.rank, verdict.standing);
    else if (verdict.is === "cleared") cleared(alarm, verdict.rank, verdict.standing);
    else if (verdict.is === "fault") faults.count({ ...alarm, fault: verdict.fault }, alarm.level);
    else if (verdict.is === "unsigned") {
      faults.count({ ...alarm, fault: "no-sender" }, alarm.level);
      if (alarm.isCleared) return;
      tell(alarm, "alarm-without-sender");
      write(verdict.rank, alarm, note(alarm, "raised"));
    }
  }

  return {
    onAlarm: (alarm) => hear(alarm),
    alsoHeard(alarm) {
      if (!alarm.isCleared || book.isStanding(alarm)) hear(alarm, false);
    },
    onFault: (seen) => faults.count(seen),
    view: () => ({ standing: book.all().map((one) => viewOf(one, placeOf)), faults: faults.all() }),
    async clear(id, actor, reason) {
      const standing = book.find(id);
      if (!standing) throw new Refusal("not-found", { what: id });
      const { roomId, deviceId, alarmId, level, kind } = standing;
      // Its own row first, or the raising would be stored after the clearing.
      if (!(await ledger.written())) throw new Refusal("database-away");
      await change(house, async (tx, recorder) => {
        const place = placeOf(roomId, deviceId);
        const gone = await tx.delete(standingAlarms).where(eq(standingAlarms.id, id)).returning();
        // Two who clear it at once are one.
        if (gone.length === 0) throw new Refusal("not-found", { what: id });
        recorder.note({
          chain: roomChain(roomId),
          actor,
          kind: "room.alarm-cleared",
          subject: place === roomId ? null : `area:${place}`,
          reason,
          body: { alarmId, level, what: kind, deviceId, state: "cleared" },
        });
      });
      book.take(id);
      release(standing);
    },
    written: () => ledger.written(),
    async close() {
      faults.flush();
      await ledger.close();
    },
  };
}

async function keepStanding(tx: Tx, { id, roomId, deviceId, alarmId, level, kind, atMs }: Standing): Promise<void> {
  const isSame = and(
    eq(standingAlarms.roomId, roomId),
    eq(standingAlarms.deviceId, deviceId),
    eq(standingAlarms.alarmId, alarmId),
  );
  await tx.delete(standingAlarms).where(isSame);
  await tx.insert(standingAlarms).values({ id, roomId, deviceId, alarmId, level, kind, raisedAtMs: atMs });
}

function viewOf(one: Standing, placeOf: (roomId: string, deviceId: string) => string): StandingAlarm {
  const { id, roomId, deviceId, level, kind, atMs } = one;
  const areaKey = placeOf(roomId, deviceId);
  return { id, roomId, areaKey, deviceId, level, kind, raisedAtMs: atMs, isHolding: rankOf(one) === "fire" };
}
