/**
 * Locks of one area (S22). A lock works at once and is stored afterwards, with retries; it is taken off only after the database
 * has stored that. So a failure in between leaves the area locked. Changes run one at a time, so that memory and rows agree.
 */

import type { Context } from "../context.ts";
import type { AreaLock, AreaLockView } from "../contract/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import { locksOf, removeLockOf, removeOwnLock } from "./lock-row.ts";

type Owner = { id: string; name: string };

export interface AreaLocks {
  /**
   * The lock holds when this resolves; `isKept`: it is stored, too. Refuses with lock-already, and with gateway-ending if lost.
   */
  lock(owner: Owner, reason: string): Promise<AreaLockView>;
  /** Refuses with lock-none, and with database-away while the lock itself waits to be stored. */
  unlock(ownerId: string): Promise<void>;
  /**
   * Takes off another person's lock by its id; a lock put on anew meanwhile has another id. Refuses with lock-gone, lock-yours.
   */
  takeOff(lockId: string, actorId: string, reason: string): Promise<void>;
  all(): AreaLockView[];
  holds(lockId: string): boolean;
  /** The lock's row is stored. */
  kept(lockId: string): void;
}

interface AreaLocksDeps {
  context: Context;
  areaKey: string;
  held: readonly AreaLock[];
  /** Puts the lock into motion; one that is away begins with it. Resolves with its answer, or null without one. */
  put(lock: AreaLock): Promise<unknown>;
  off(personId: string): void;
  store(lock: AreaLock): void;
  /** Resolves true when everything waiting is stored, false when the time is up. */
  stored(msMax: number): Promise<boolean>;
  /** Motion and storing have ended for good. */
  isEnding(): boolean;
  /** What is held, or how, has changed. */
  onChange(): void;
}

/** At most this many changes of locks wait for the database. */
const turnsWaitingMax = 50;
const storeMsMax = 1_500;

export function openLocks(deps: AreaLocksDeps): AreaLocks {
  const { context, areaKey, onChange } = deps;
  const locks = new Map<string, AreaLockView>(deps.held.map((lock) => [lock.personId, { ...lock, isKept: true }]));
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

  function off(personId: string): void {
    locks.delete(personId);
    deps.off(personId);
    onChange();
  }

  /** A row that is not stored yet cannot be deleted: it would come back. */
  async function untilKept(lock: AreaLockView | undefined): Promise<void> {
    if (!lock || locks.get(lock.personId)?.isKept) return;
    await deps.stored(storeMsMax);
    if (locks.get(lock.personId)?.isKept === false) throw new Refusal("database-away");
  }

  return {
    async lock({ id: personId, name }, reason) {
      const before = locks.get(personId);
      if (before?.isKept) throw new Refusal("lock-already");
      const { isKept: _, ...lock } = before ?? {
        ...{ id: context.newId(), personId, name, reason, sinceMs: context.clock.nowMs() },
        isKept: false,
      };
      locks.set(personId, { ...lock, isKept: false });
      onChange();
      // Without a motion to report the lock, the gateway stores it itself.
      if ((await deps.put(lock)) === null) deps.store(lock);
      await deps.stored(storeMsMax);
      const now = locks.get(personId) ?? { ...lock, isKept: false };
      // The lock would not survive the end of this process.
      if (deps.isEnding() && !now.isKept) {
        locks.delete(personId);
        throw new Refusal("gateway-ending");
      }
      return now;
    },
    unlock: (ownerId) =>
      inTurn(async () => {
        const held = locks.get(ownerId);
        await untilKept(held);
        if (!(await removeOwnLock(context, areaKey, ownerId)) && !held) throw new Refusal("lock-none");
        off(ownerId);
      }),
    takeOff: (lockId, actorId, reason) =>
      inTurn(async () => {
        const held = [...locks.values()].find((one) => one.id === lockId);
        await untilKept(held);
        if (await removeLockOf(context, areaKey, { lockId, actorId, reason })) return held && off(held.personId);
        const stored = (await locksOf(context.db, areaKey)).find((one) => one.personId === held?.personId);
        if (stored || !held) throw new Refusal("lock-gone");
        off(held.personId);
      }),
    all: () => [...locks.values()],
    holds: (lockId) => [...locks.values()].some(({ id }) => id === lockId),
    kept(lockId) {
      for (const lock of locks.values()) if (lock.id === lockId) locks.set(lock.personId, { ...lock, isKept: true });
      onChange();
    },
  };
}
