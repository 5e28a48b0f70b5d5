/** Rows of locks (S22), each change with its journal row, which names every lock that is on afterwards. */
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

/** In the order they were put on. */
export async function locksOf(db: Db | Tx, areaKey: string): Promise<AreaLock[]> {
  const { id, personId, reason, sinceMs } = areaLocks;
  return db
    .select({ id, personId, name: people.name, reason, sinceMs })
    .from(areaLocks)
    .innerJoin(people, eq(people.id, areaLocks.personId))
    .where(eq(areaLocks.areaKey, areaKey))
    .orderBy(asc(areaLocks.sinceMs), asc(areaLocks.id));
}

/** With its journal row; a lock that is stored already changes nothing. */
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

/** It was put on, could not be stored, and somebody led who did not know of it: said, not put on again. */
export async function noteLostLock(tx: Tx, recorder: Recorder, areaKey: string, lock: AreaLock): Promise<void> {
  const { personId: actorId, reason, sinceMs: decidedAtMs, id } = lock;
  // Its row was there after all; only the answer was lost.
  if ((await locksOf(tx, areaKey)).some((one) => one.id === id)) return;
  await note(tx, recorder, { kind: "area.lock-lost", areaKey, lock, actorId, reason, decidedAtMs });
}

/** False where there is none: then nothing is noted either. */
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

/** Somebody else's, noted as that; false where there is none. Refuses with lock-yours. */
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
  /** Where it may be long before it could be stored. */
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
