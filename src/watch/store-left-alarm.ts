/** An alarm that motion heard, or that waited for the database, before its gateway ended: it stands again, once, with its row. */
import { and, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { roomChain } from "../contract/journal.ts";
import type { RoomAlarm } from "../contract/ports.ts";
import type { Recorder } from "../journal/change.ts";
import type { Tx } from "../storage/db.ts";
import { standingAlarms } from "../storage/schema/alarms.ts";
import { isBelow, rankOf } from "./alarm-budget.ts";
import { placeOfDevice } from "./place-of-device.ts";

export async function storeLeftAlarm(context: Context, tx: Tx, recorder: Recorder, alarm: RoomAlarm): Promise<void> {
  const { roomId, deviceId, alarmId, level, kind, isCleared, atMs } = alarm;
  if (level === "notice") return;
  const place = placeOfDevice(context.layout, roomId, deviceId);
  const note = () =>
    recorder.note({
      chain: roomChain(roomId),
      actor: deviceId === null ? "gateway" : `device:${deviceId}`,
      kind: "room.alarm",
      subject: place === roomId ? null : `area:${place}`,
      body: { alarmId, level, what: kind, deviceId, state: isCleared ? "cleared" : "raised" },
    });
  // Without a sender it does not stand, because nobody could withdraw it.
  if (deviceId === null) return note();
  const isSame = and(
    eq(standingAlarms.roomId, roomId),
    eq(standingAlarms.deviceId, deviceId),
    eq(standingAlarms.alarmId, alarmId),
  );
  const [known] = await tx.select().from(standingAlarms).where(isSame);
  // Two logs are read one after the other, so a withdrawal must not end an alarm raised after it. (If the clock was set back in
  // between, an alarm stays for a person to clear.)
  if (isCleared && (!known || atMs < known.raisedAtMs)) return;
  // It may stand already, with a lower rank than motion heard.
  if (!isCleared && known && !isBelow(rankOf(known), rankOf(alarm))) return;
  await tx.delete(standingAlarms).where(isSame);
  if (!isCleared)
    await tx
      .insert(standingAlarms)
      .values({ id: known?.id ?? context.newId(), roomId, deviceId, alarmId, level, kind, raisedAtMs: atMs });
  note();
}
