/**
 * Locks of one area (S22). Putting one on works at once and is stored behind; taking one off is stored first: whatever fails
 * in between leaves the area locked. One after the other, so that memory and rows cannot part.
 */
import type { AreaLock } from "../contract/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import type { House } from "../house.ts";
import type { AreaInput } from "../shelving/area-state.ts";
import { locksOf, removeLockOf, removeOwnLock, storeLock } from "./lock-row.ts";

type Owner = { id: string; name: string };

export interface AreaLocks {
  /** Refuses with lock-already; where the row could not be stored the error is told and the lock holds all the same. */
  lock(owner: Owner, reason: string): Promise<AreaLock>;
  /** Refuses with lock-none. */
  unlock(ownerId: string): Promise<void>;
  /** Somebody else's, by its id: one that was put on anew meanwhile is another. Refuses with lock-gone, lock-yours. */
  takeOff(lockId: string, actorId: string, reason: string): Promise<void>;
}

interface AreaLocksDeps {
  house: House;
  areaKey: string;
  locks(): readonly AreaLock[];
  feed(input: AreaInput): void;
}

/** A lock waits for the database behind no more than these. */
const turnsWaitingMax = 50;

export function openLocks({ house, areaKey, locks, feed }: AreaLocksDeps): AreaLocks {
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting >= turnsWaitingMax) return Promise.reject(new Refusal("too-many-requests"));
    waiting++;
    const turn = tail.then(work).finally(() => {
      waiting--;
    });
    tail = turn.catch(() => {});
    return turn;
  }

  const heldBy = (personId: string) => locks().find((one) => one.personId === personId);
  const put = (lock: AreaLock) => feed({ kind: "lock", atMs: house.clock.monoMs(), lock });
  const off = (personId: string) => feed({ kind: "unlock", atMs: house.clock.monoMs(), personId });

  return {
    lock({ id: personId, name }, reason) {
      const lock: AreaLock = { id: house.newId(), personId, name, reason, sinceMs: house.clock.nowMs() };
      if (!heldBy(personId)) put(lock);
      return inTurn(async () => {
        await storeLock(house, areaKey, lock);
        // The one before may have been taken off while this one waited.
        put(lock);
        return lock;
      });
    },
    unlock: (ownerId) =>
      inTurn(async () => {
        const held = heldBy(ownerId);
        // Held without a row: it could not be stored when it was put on.
        if (!(await removeOwnLock(house, areaKey, ownerId)) && !held) throw new Refusal("lock-none");
        off(ownerId);
      }),
    takeOff: (lockId, actorId, reason) =>
      inTurn(async () => {
        const held = locks().find((one) => one.id === lockId);
        if (await removeLockOf(house, areaKey, { lockId, actorId, reason })) return held && off(held.personId);
        const stored = (await locksOf(house.db, areaKey)).find((one) => one.personId === held?.personId);
        if (stored) put(stored);
        if (stored || !held) throw new Refusal("lock-gone");
        off(held.personId);
      }),
  };
}
