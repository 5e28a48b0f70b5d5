/**
 * Alarms from a room's devices: shown on every console at once, the room's areas held for fire (S21), then journalled. The broker
 * identifies the sender; only the sender or a person ends an alarm; no device or rank uses up another's budget.
 */

import type { Context } from "../context.ts";
import type { Saying } from "../contract/aisles.ts";
import type { DeviceAlarms, StandingAlarm } from "../contract/alarms.ts";
import { type ErrorCode, Refusal, sentence } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import type { AlarmListener, RoomAlarm } from "../contract/ports.ts";
import { standingAlarms } from "../storage/schema/alarms.ts";
import { type AlarmBook, makeAlarmBook, type Standing } from "./alarm-book.ts";
import { type AlarmRank, rankOf } from "./alarm-budget.ts";
import { countAlarmFaults, type FaultRow } from "./alarm-faults.ts";
import { type AlarmLedger, type AlarmWork, keptRanks, openAlarmLedger } from "./alarm-ledger.ts";
import { clearStanding, dropCleared, keepRaised, noteAlarm, noteFaults } from "./alarm-rows.ts";
import type { DangerFiles } from "./danger-files.ts";
import { placeOfDevice } from "./place-of-device.ts";

export interface RoomAlarmsDeps {
  context: Context;
  /** `areaKey` is the area of the sending device, or the room if none is known. */
  onAlarm(alarm: Saying & { areaKey: string; atMs: number; isDanger: boolean }): void;
  /** The kind that holds a room's areas from now on, or null: none does any more. */
  onHold(roomId: string, what: string | null): void;
  /** An alarm no longer stands; called before `onHold` reports what is left. */
  onOver?(alarm: Pick<RoomAlarm, "roomId" | "deviceId" | "alarmId">): void;
  /** Where dangers wait for an absent database, even beyond the end of this process. */
  files?: DangerFiles;
  onFailure(error: unknown): void;
}

export interface RoomAlarms extends AlarmListener {
  /** An alarm that the motion process heard, too, or alone: one that is already known changes nothing. */
  alsoHeard(alarm: RoomAlarm): void;
  view(): DeviceAlarms;
  /** Cleared by a person; stored before it counts. Refuses with not-found. */
  clear(id: string, actor: Actor, reason: string | null): Promise<void>;
  /** Tries to store everything heard until now; resolves false when some of it is not stored. */
  written(): Promise<boolean>;
  close(): Promise<void>;
}

/** Restores the alarms that stood when the gateway last ran: an alarm ends only by being cleared. */
export async function openRoomAlarms(deps: RoomAlarmsDeps): Promise<RoomAlarms> {
  const { context, files, onFailure } = deps;
  const book = makeAlarmBook(context.newId);
  const ledger = openAlarmLedger({ context, onFailure, name: "alarms", ...(files ? { files } : {}) });
  const faults = countAlarmFaults(context.clock, (rows) => rows.forEach(keepFaults));
  const placeOf = (roomId: string, deviceId: string | null) => placeOfDevice(context.layout, roomId, deviceId);
  for (const row of await context.db.select().from(standingAlarms)) book.put({ ...row, atMs: row.raisedAtMs });
  for (const { id } of context.layout.site.rooms) hold(id);

  function hold(roomId: string): void {
    deps.onHold(roomId, book.holding(roomId));
  }

  function write(rank: AlarmRank, alarm: RoomAlarm, work: AlarmWork): void {
    const onRefused = () => faults.count({ ...alarm, fault: "not-stored" }, alarm.level);
    const kept = keptRanks.includes(rank) ? { areaKey: placeOf(alarm.roomId, alarm.deviceId), alarm } : null;
    if (!ledger.write(rank, { work, onRefused, ...(kept ? { kept } : {}) })) onRefused();
  }

  /** Merged into one row with a count, so that a faulty device does not fill the journal, which is never emptied. */
  function keepFaults(row: FaultRow): void {
    if (!ledger.write("notice", { work: noteFaults(row) }))
      faults.count({ roomId: row.roomId, deviceId: row.deviceId, fault: "not-stored", atMs: context.clock.nowMs() });
  }

  function tell(alarm: RoomAlarm, code: ErrorCode): void {
    if (alarm.level !== "notice") deps.onAlarm(saidOf(alarm, code, placeOf(alarm.roomId, alarm.deviceId)));
  }

  function raised(alarm: RoomAlarm, rank: AlarmRank, standing: Standing | null): void {
    tell(alarm, "device-alarm");
    if (standing && rank === "fire") hold(alarm.roomId);
    const noted = noteAlarm(alarm, placeOf(alarm.roomId, alarm.deviceId), "raised");
    // Written as the alarm stands now, because ranks overtake each other on their way here.
    write(
      rank,
      alarm,
      keepRaised(noted, () => standing && book.find(standing.id)),
    );
  }

  function release(standing: Standing): void {
    if (rankOf(standing) === "fire") deps.onOver?.(standing);
    hold(standing.roomId);
  }

  function cleared(alarm: RoomAlarm, rank: AlarmRank, standing: Standing | null): void {
    if (standing) release(standing);
    // Shown as it was raised; the kind named when it is withdrawn does not count.
    const told = { ...alarm, ...standing, atMs: alarm.atMs };
    const noted = noteAlarm(told, placeOf(told.roomId, told.deviceId), "cleared");
    write(rank, told, dropCleared(noted, standing));
  }

  function hear(alarm: RoomAlarm, isCounted = true): void {
    const verdict = book.hear(alarm, isCounted);
    if (verdict.is === "raised") raised(alarm, verdict.rank, verdict.standing);
    else if (verdict.is === "cleared") cleared(alarm, verdict.rank, verdict.standing);
    else if (verdict.is === "fault") faults.count({ ...alarm, fault: verdict.fault }, alarm.level);
    else if (verdict.is === "unsigned") unsigned(alarm, verdict.rank);
  }

  function unsigned(alarm: RoomAlarm, rank: AlarmRank): void {
    faults.count({ ...alarm, fault: "no-sender" }, alarm.level);
    if (alarm.isCleared) return;
    tell(alarm, "alarm-without-sender");
    write(rank, alarm, noteAlarm(alarm, placeOf(alarm.roomId, alarm.deviceId), "raised"));
  }

  return {
    onAlarm: (alarm) => hear(alarm),
    alsoHeard(alarm) {
      if (!alarm.isCleared || book.isStanding(alarm)) hear(alarm, false);
    },
    onFault: faults.count,
    view: () => ({ standing: book.all().map((one) => viewOf(one, placeOf)), faults: faults.all() }),
    clear: (id, actor, reason) => clearBy({ context, book, ledger, placeOf, release }, id, { actor, reason }),
    written: ledger.written,
    async close() {
      faults.flush();
      await ledger.close();
    },
  };
}

interface Clearing {
  context: Context;
  book: AlarmBook;
  ledger: Pick<AlarmLedger, "written">;
  placeOf(roomId: string, deviceId: string): string;
  release(standing: Standing): void;
}

async function clearBy(
  { context, book, ledger, placeOf, release }: Clearing,
  id: string,
  by: { actor: Actor; reason: string | null },
): Promise<void> {
  const standing = book.find(id);
  if (!standing) throw new Refusal("not-found", { what: id });
  // Its own row is stored first; otherwise the raising could be stored after the clearing.
  if (!(await ledger.written())) throw new Refusal("database-away");
  await clearStanding(context, standing, placeOf(standing.roomId, standing.deviceId), by);
  book.take(id);
  release(standing);
}

function saidOf({ kind, deviceId, level, atMs }: RoomAlarm, code: ErrorCode, areaKey: string) {
  const params = { alarm: kind, device: deviceId ?? "–" };
  const said = { zh: sentence(code, "zh", params), en: sentence(code, "en", params) };
  return { areaKey, atMs, code, isDanger: level === "danger", ...said };
}

function viewOf(one: Standing, placeOf: (roomId: string, deviceId: string) => string): StandingAlarm {
  const { id, roomId, deviceId, level, kind, atMs } = one;
  const areaKey = placeOf(roomId, deviceId);
  return { id, roomId, areaKey, deviceId, level, kind, raisedAtMs: atMs, isHolding: rankOf(one) === "fire" };
}
