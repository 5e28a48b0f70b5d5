/** Rows of locks (S22). Each change adds a journal row that lists every lock that is on afterwards. */
import { asc, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { AreaLock } from "../contract/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import { roomChain } from "../contract/journal.ts";
import type { JournalKind } from "../contract/kinds/journal-rows.ts";
import { change, type Recorder } from "../journal/change.ts";
import type { Db, Tx } from "../storage/db.ts";
import { asMotion } from "../storage/engine/first-lane.ts";
import { areaLocks } from "../storage/schema/aisles.ts";
import { people } from "../storage/schema/people.ts";
import { roomOf } from "./command-row.ts";

/** In the order in which they were put on. */
export async function locksOf(db: Db | Tx, areaKey: string): Promise<AreaLock[]> {
  const { id, personId, reason, sinceMs } = areaLocks;
  return db
    .select({ id, personId, name: people.name, reason, sinceMs })
    .from(areaLocks)
    .innerJoin(people, eq(people.id, areaLocks.personId))
    .where(eq(areaLocks.areaKey, areaKey))
    .orderBy(asc(areaLocks.sinceMs), asc(areaLocks.id));
}

/** Stores it with its journal row; a lock that is stored already changes nothing. */
export async function storeLock(tx: Tx, recorder: Recorder, areaKey: string, lock: AreaLock): Promise<void> {
  const { id, personId, reason, sinceMs } = lock;
  const stored = await tx
    .insert(areaLocks)
    .values({ id, areaKey, personId, reason, sinceMs })
    .onConflictDoNothing()
    .returning();
  const decidedAtMs = sinceMs;
  if (stored.length > 0)
    await note(tx, recorder, { kind: "area.locked", areaKey, lock, actorId: personId, reason, decidedAtMs });
}

/** A lock that could not be stored, while another gateway led without knowing it: journalled as lost, not put on again. */
export async function noteLostLock(tx: Tx, recorder: Recorder, areaKey: string, lock: AreaLock): Promise<void> {
  const { personId: actorId, reason, sinceMs: decidedAtMs, id } = lock;
  // Its row was stored after all; only the database's answer was lost.
  if ((await locksOf(tx, areaKey)).some((one) => one.id === id)) return;
  await note(tx, recorder, { kind: "area.lock-lost", areaKey, lock, actorId, reason, decidedAtMs });
}

/** Returns false if there is none; then nothing is journalled either. */
export async function removeOwnLock(context: Context, areaKey: string, personId: string): Promise<boolean> {
  return asMotion(() =>
    change(context, async (tx, recorder) => {
      const lock = (await locksOf(tx, areaKey)).find((one) => one.personId === personId);
      if (!lock || !(await remove(tx, lock))) return false;
      await note(tx, recorder, { kind: "area.unlocked", areaKey, lock, actorId: personId, reason: null });
      return true;
    }),
  );
}

/** Removes another person's lock and journals it as that; false if there is none. Refuses with lock-yours. */
export async function removeLockOf(
  context: Context,
  areaKey: string,
  asked: { lockId: string; actorId: string; reason: string },
): Promise<boolean> {
  const { lockId, actorId, reason } = asked;
  return asMotion(() =>
    change(context, async (tx, recorder) => {
      const lock = (await locksOf(tx, areaKey)).find((one) => one.id === lockId);
      if (lock?.personId === actorId) throw new Refusal("lock-yours");
      if (!lock || !(await remove(tx, lock))) return false;
      await note(tx, recorder, { kind: "area.lock-taken-off", areaKey, lock, actorId, reason });
      return true;
    }),
  );
}

async function remove(tx: Tx, lock: AreaLock): Promise<boolean> {
  const [row] = await tx.delete(areaLocks).where(eq(areaLocks.id, lock.id)).returning();
  return row !== undefined;
}

interface Noted {
  kind: JournalKind;
  areaKey: string;
  lock: AreaLock;
  actorId: string;
  reason: string | null;
  /** Given when storing may come long after the decision. */
  decidedAtMs?: number;
}

async function note(tx: Tx, recorder: Recorder, noted: Noted): Promise<void> {
  const { kind, areaKey, lock, actorId, reason, decidedAtMs } = noted;
  recorder.note({
    chain: roomChain(roomOf(areaKey)),
    actor: `person:${actorId}`,
    kind,
    subject: `area:${areaKey}`,
    reason,
    body: {
      areaKey,
      lockId: lock.id,
      holderId: lock.personId,
      holderName: lock.name,
      ...(decidedAtMs === undefined ? {} : { decidedAtMs }),
      locks: await locksOf(tx, areaKey),
    },
  });
}
