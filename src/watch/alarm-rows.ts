/** The journal's rows of a room's alarms, and the rows of standing alarms. */
import { and, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { roomChain } from "../contract/journal.ts";
import type { RoomAlarm } from "../contract/ports.ts";
import { change } from "../journal/change.ts";
import type { Tx } from "../storage/db.ts";
import { standingAlarms } from "../storage/schema/alarms.ts";
import type { Standing } from "./alarm-book.ts";
import type { FaultRow } from "./alarm-faults.ts";
import type { AlarmWork } from "./alarm-ledger.ts";

/** `place`: the area of the sending device, or the room if none is known. */
export function noteAlarm(
  { roomId, deviceId, alarmId, level, kind }: RoomAlarm,
  place: string,
  state: "raised" | "cleared",
): AlarmWork {
  return async (_tx, recorder) =>
    recorder.note({
      chain: roomChain(roomId),
      actor: deviceId === null ? "gateway" : `device:${deviceId}`,
      kind: "room.alarm",
      subject: place === roomId ? null : `area:${place}`,
      body: { alarmId, level, what: kind, deviceId, state },
    });
}

/** Merged into one row with a count, so that a faulty device does not fill the journal, which is never emptied. */
export function noteFaults({ roomId, deviceId, fault, level, count, sinceMs }: FaultRow): AlarmWork {
  return async (_tx, recorder) =>
    recorder.note({
      chain: roomChain(roomId),
      actor: "gateway",
      kind: "room.alarms-refused",
      subject: null,
      body: { deviceId, fault, level, count, sinceMs },
    });
}

/** Cleared by a person; refuses with not-found when another person was first. */
export async function clearStanding(
  context: Context,
  { id, roomId, deviceId, alarmId, level, kind }: Standing,
  place: string,
  by: { actor: Actor; reason: string | null },
): Promise<void> {
  await change(context, async (tx, recorder) => {
    const gone = await tx.delete(standingAlarms).where(eq(standingAlarms.id, id)).returning();
    // Of two people who clear it at once, only one does.
    if (gone.length === 0) throw new Refusal("not-found", { what: id });
    recorder.note({
      chain: roomChain(roomId),
      actor: by.actor,
      kind: "room.alarm-cleared",
      subject: place === roomId ? null : `area:${place}`,
      reason: by.reason,
      body: { alarmId, level, what: kind, deviceId, state: "cleared" },
    });
  });
}

/** `now`: the alarm as it stands when the row is stored. */
export function keepRaised(noted: AlarmWork, now: () => Standing | null): AlarmWork {
  return async (tx, recorder) => {
    const standing = now();
    if (standing) await keepStanding(tx, standing);
    await noted(tx, recorder);
  };
}

export function dropCleared(noted: AlarmWork, standing: Standing | null): AlarmWork {
  return async (tx, recorder) => {
    if (standing) await tx.delete(standingAlarms).where(eq(standingAlarms.id, standing.id));
    await noted(tx, recorder);
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
