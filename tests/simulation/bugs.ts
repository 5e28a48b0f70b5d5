/** Bugs planted to prove that the simulation finds them: wrapped around the gateway from outside, never a switch in it. */
import { eq } from "drizzle-orm";
import type { AreaDrive } from "../../src/aisles/area-drive.ts";
import type { Areas } from "../../src/aisles/areas.ts";
import { Refusal } from "../../src/contract/errors.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { ShelfPort } from "../../src/contract/ports.ts";
import type { ShelfCommand, ShelfStatus } from "../../src/contract/shelf.ts";
import { change } from "../../src/journal/change.ts";
import { recordPlace } from "../../src/placement/record-place.ts";
import { findMove } from "../../src/relocation/find-move.ts";
import { putBox } from "../../src/relocation/put-box.ts";
import type { Db, Tx } from "../../src/storage/db.ts";
import { aisleFindings } from "../../src/storage/schema/deltas.ts";

export const bugNames = [
  "acknowledge-before-commit",
  "resume-on-reconnect",
  "put-twice",
  "lose-findings",
  "standing-is-stopped",
  "mend-statuses",
  "ask-again",
  "age-from-store",
  "age-from-arrival",
  "begin-in-the-silence",
  "forget-what-motion-left",
  "store-twice",
  "dead-is-stopped",
  "clock-gap-unseen",
  "believe-repeats",
] as const;
export type BugName = (typeof bugNames)[number];

/** Bug: the answer and the published rows go out before the commit. */
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

/** Bug: a driver resumes the interrupted motion when its link is back. */
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

/** Bug: a driver takes a standing carriage as proof that the STOP was obeyed. */
export function standingIsStopped(port: ShelfPort): ShelfPort {
  let isStopping = false;
  const onStatus: ShelfPort["onStatus"] = (listener) =>
    port.onStatus((status, ...when) => {
      const isObeyed = isStopping && status.activity === "idle";
      listener(isObeyed ? { ...status, activity: "stopped" } : status, ...when);
      if (isObeyed) isStopping = false;
    });
  return new Proxy(port, {
    get(target, name) {
      if (name === "onStatus") return onStatus;
      if (name !== "stop") return Reflect.get(target, name, target);
      return () => {
        isStopping = true;
        return port.stop();
      };
    },
  });
}

/** Bug: a driver replaces impossible values by those of the last plausible status. */
export function mendStatuses(port: ShelfPort): ShelfPort {
  let sound: ShelfStatus | null = null;
  const isSound = ({ columns, bootId }: ShelfStatus) =>
    columns.every(({ positionMm }) => positionMm !== null && positionMm < 2_300) &&
    columns[1]?.positionMm !== columns[2]?.positionMm &&
    (sound === null || bootId === sound.bootId);
  const onStatus: ShelfPort["onStatus"] = (listener) =>
    port.onStatus((status, ...when) => {
      if (isSound(status)) sound = status;
      const { columns, bootId } = sound ?? status;
      listener(status.interlocks.notHomed ? status : { ...status, columns, bootId }, ...when);
    });
  return new Proxy(port, {
    get: (target, name) => (name === "onStatus" ? onStatus : Reflect.get(target, name, target)),
  });
}

/** Bug: a request that came too early, or was overtaken, is repeated automatically. */
export function askAgain(areas: Areas): Areas {
  const late = new Set(["request-too-old", "request-overtaken"]);
  const patient = (drive: AreaDrive): AreaDrive =>
    new Proxy(drive, {
      get(target, name) {
        if (name !== "request") return Reflect.get(target, name, target);
        const request: AreaDrive["request"] = (actor, verb, aisle, reason, askedAtMs) =>
          drive.request(actor, verb, aisle, reason, askedAtMs).catch((error: unknown) => {
            if (error instanceof Refusal && late.has(error.code)) return drive.request(actor, verb, aisle, reason);
            throw error;
          });
        return request;
      },
    });
  return { ...areas, drive: (areaKey) => patient(areas.drive(areaKey)) };
}

/** Bug: a put that was sent twice is done twice. */
export const putTwice: typeof putBox = async (context, actor, request) => {
  const { move, relocation } = await findMove(context.db, request.relocationId, request.no);
  if (move.state !== "placed") return putBox(context, actor, request);
  await change(context, async (tx, recorder) => {
    await recordPlace(context, tx, recorder, {
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

/** Bug: reported findings are deleted, so that the next stocktake reports them again, and nobody can acknowledge them. */
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
