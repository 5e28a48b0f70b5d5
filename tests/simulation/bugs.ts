/** Bugs planted to prove that the simulation finds them: wrapped around the house from outside, never a switch in it. */
import { eq } from "drizzle-orm";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { ShelfPort } from "../../src/contract/ports.ts";
import type { ShelfCommand } from "../../src/contract/shelf.ts";
import { change } from "../../src/journal/change.ts";
import { recordPlace } from "../../src/placement/record-place.ts";
import { findMove } from "../../src/relocation/find-move.ts";
import { putBox } from "../../src/relocation/put-box.ts";
import type { Db, Tx } from "../../src/storage/db.ts";
import { aisleFindings } from "../../src/storage/schema/deltas.ts";

export const bugNames = ["acknowledge-before-commit", "resume-on-reconnect", "put-twice", "lose-findings"] as const;
export type BugName = (typeof bugNames)[number];

/** The answer and the published rows go out when the work is done, not when it is committed. */
export function acknowledgeBeforeCommit(db: Db): Db {
  const transaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      db.transaction(async (tx) => {
        const result = await work(tx as Tx);
        resolve(result);
        return result;
      }).catch(reject);
    });
  return new Proxy(db, {
    get: (target, name) => (name === "transaction" ? transaction : Reflect.get(target, name, target)),
  });
}

/** A driver that means well: the link is back, so what was under way goes on. */
export function resumeOnReconnect(port: ShelfPort): ShelfPort {
  let last: ShelfCommand | null = null;
  let wasDown = false;
  const onLink: ShelfPort["onLink"] = (listener) =>
    port.onLink((up, atMs) => {
      listener(up, atMs);
      if (!up) wasDown = true;
      else if (wasDown && last) {
        last = { ...last, wireId: last.wireId + 1, ttlMs: 2_000 };
        port.send(last).catch(() => {});
      }
    });
  return new Proxy(port, {
    get(target, name) {
      if (name === "onLink") return onLink;
      if (name !== "send") return Reflect.get(target, name, target);
      return (command: ShelfCommand) => {
        if (["open", "close", "ventilate"].includes(command.verb)) last = command;
        return port.send(command);
      };
    },
  });
}

/** A put said twice is done twice. */
export const putTwice: typeof putBox = async (house, actor, request) => {
  const { move, relocation } = await findMove(house.db, request.relocationId, request.no);
  if (move.state !== "placed") return putBox(house, actor, request);
  await change(house, async (tx, recorder) => {
    await recordPlace(house, tx, recorder, {
      boxId: move.boxId,
      to: { place: "slot", slotId: move.toSlotId },
      homeSlotId: move.toSlotId,
      evidence: request.evidence,
      kind: "relocation.placed",
      actor,
      reason: relocation.reason,
      also: { relocationId: relocation.id, no: move.no },
    });
  });
};

/** What was told is no longer kept: the next count would tell it again, and nobody could acknowledge it. */
export async function loseFindings(db: Db, rows: readonly JournalRow[]): Promise<void> {
  for (const { kind, body } of rows)
    if (kind === "stocktake.ended" && body.kind === "delta")
      await db.delete(aisleFindings).where(eq(aisleFindings.stocktakeId, String(body.stocktakeId)));
}

/** Verbs that a bug may replace. */
export interface Verbs {
  putBox: typeof putBox;
}

export function verbsWith(bug: BugName | null): Verbs {
  return { putBox: bug === "put-twice" ? putTwice : putBox };
}
