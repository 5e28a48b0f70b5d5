/** kill -9 at seeded points of a 40-box move and of its way back: what was acknowledged is there, and it goes on from the database. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { importDesk } from "../../src/catalogue/import/import-desk.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import type { Context } from "../../src/context.ts";
import { fillCatalogue } from "../../src/demo/fill-catalogue.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { makeNewId } from "../../src/new-id.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { type Database, openDatabase } from "../../src/storage/open-database.ts";
import { bundledScript } from "../support/bundled-script.ts";
import { freshStore, onEachStore, type Store, type StoreEngine } from "../support/gateway-process.ts";
import { testJobs } from "../support/jobs.ts";
import { smallDelivery, smallLayout } from "../support/small-site.ts";

/** KILL_POINTS=100 asks for that many on both engines. */
const killPointsOf = (engine: StoreEngine) => Number(process.env.KILL_POINTS ?? (engine === "postgres" ? 24 : 12));
const seed = process.env.GUIWEI_SEED ?? "kill-move";
const boxesMoved = 40;
const acksMax = 12;
const delayMsMax = 25;
/** One kill in this many comes while the gateway is still being opened. */
const earlyEvery = 8;
const openingMs = 1_200;
const childMsMax = 120_000;
const script = fileURLToPath(new URL("./move-until-killed.ts", import.meta.url));

const request = {
  roomId: "r1",
  name: "销户移库",
  reason: "销户档案集中到二区",
  select: { barcodes: smallDelivery.boxes.slice(0, boxesMoved).map((box) => box.barcode) },
  target: { areaKey: "r1.2" },
};

interface Step {
  step: "planned" | "started" | "picked" | "placed";
  id: string;
  no?: number;
}
interface Kill {
  /** After this many acknowledged steps; null: counted from the start of the process. */
  acks: number | null;
  delayMs: number;
}
interface Opened {
  relocations: { id: string; state: string }[];
  moves: { id: string; no: number; state: string }[];
  misplaced: unknown[];
}

/** Runs the child until it ends or, at the n-th step that it acknowledges and some ms later, is killed. */
function runMover(program: string, store: Store, relocationsWanted: number, kill: Kill | null) {
  return new Promise<{ opened: Opened | null; steps: Step[]; isEnded: boolean }>((resolve, reject) => {
    const args = [store.place, request, relocationsWanted].map((one) => JSON.stringify(one));
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const limit = setTimeout(() => child.kill("SIGKILL"), childMsMax);
    const steps: Step[] = [];
    let opened: Opened | null = null;
    let isEnded = false;
    let isDoomed = false;
    let pending = "";
    let complained = "";
    child.stderr.on("data", (bytes: Buffer) => {
      complained += bytes;
    });
    child.stdout.on("data", (bytes: Buffer) => {
      const lines = (pending + bytes).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) {
        const said = JSON.parse(line);
        if (said.open) opened = said;
        else if (said.end) isEnded = true;
        else steps.push(said);
      }
      if (kill?.acks != null && steps.length >= kill.acks) doom(kill);
    });
    const doom = ({ delayMs }: Kill) => {
      if (isDoomed) return;
      isDoomed = true;
      setTimeout(() => child.kill("SIGKILL"), delayMs);
    };
    if (kill?.acks === null) doom(kill);
    child.once("close", (code) => {
      clearTimeout(limit);
      if (isEnded || (isDoomed && code === null)) resolve({ opened, steps, isEnded });
      else reject(new Error(`the mover ended with ${code} after ${steps.length} steps: ${complained}`));
    });
  });
}

const reached = { planned: ["planned", "picked", "placed"], picked: ["picked", "placed"], placed: ["placed"] };

onEachStore(`kill -9 in the middle of a ${boxesMoved}-box move`, (engine) => {
  const killPoints = killPointsOf(engine);
  let store: Store;
  let mover: Awaited<ReturnType<typeof bundledScript>>;
  beforeAll(async () => {
    mover = await bundledScript(script);
    store = await freshStore(engine);
    await withContext(store, async (context) => {
      await loadSite(context);
      const desk = importDesk({ context, folder: store.dataDir, jobs: testJobs, onFailure: () => {} });
      expect(await fillCatalogue(context, desk, smallDelivery)).toBeGreaterThan(smallDelivery.boxes.length);
    });
  }, 180_000);
  afterAll(() => {
    mover?.remove();
    return store?.remove();
  }, 60_000);

  it(
    `loses no acknowledged step at ${killPoints} points, and every box arrives, there and back`,
    async () => {
      const chance = seededChance(`${seed}/${engine}`);
      const steps: Step[] = [];
      let deaths = 0;
      let relocationsDone = 0;
      // The work is as long as it takes to be killed that often: there, back, there again …
      for (; deaths < killPoints; deaths++) {
        const kill =
          chance.below(earlyEvery) === 0
            ? { acks: null, delayMs: chance.below(openingMs) }
            : { acks: chance.below(acksMax), delayMs: chance.below(delayMsMax) };
        const { opened, steps: more, isEnded } = await runMover(mover.path, store, 1_000, kill);
        expect(isEnded).toBe(false);
        const where = `seed ${seed}, kill ${deaths}, ${JSON.stringify(kill)}`;
        if (opened) expectAcknowledged(steps, opened, where);
        relocationsDone = opened?.relocations.filter((one) => one.state === "done").length ?? relocationsDone;
        steps.push(...more);
      }
      const wanted = relocationsDone + 2;
      const last = await runMover(mover.path, store, wanted, null);
      expect(last.isEnded).toBe(true);
      if (last.opened) expectAcknowledged(steps, last.opened, `seed ${seed}, the end`);
      steps.push(...last.steps);
      expect(new Set(steps.map((step) => `${step.step} ${step.id} ${step.no}`)).size).toBe(steps.length);
      await withContext(store, (_, database) => expectAllThere(database, steps, wanted));
    },
    killPoints * 20_000 + 300_000,
  );
});

/** Everything acknowledged is there; at most the one step under way is there without its word having come through. */
function expectAcknowledged(steps: readonly Step[], opened: Opened, where: string): void {
  expect(opened.misplaced, where).toEqual([]);
  const moves = new Map(opened.moves.map((move) => [`${move.id}/${move.no}`, move.state]));
  const relocationStates = new Map(opened.relocations.map((one) => [one.id, one.state]));
  for (const { step, id, no } of steps) {
    const where2 = `${where}: ${step} ${id}/${no}`;
    if (step === "planned") expect(relocationStates.has(id), where2).toBe(true);
    else if (step === "started") expect(relocationStates.get(id), where2).toMatch(/running|done/);
    else expect(reached[step], where2).toContain(moves.get(`${id}/${no}`));
  }
}

async function expectAllThere(database: Database, steps: readonly Step[], relocationsCount: number): Promise<void> {
  const { sql } = database;
  const plans = await sql<{ id: string; state: string; undo_of: string | null }[]>`
    SELECT id, state, undo_of FROM relocations ORDER BY created_at_ms, id`;
  expect(plans).toHaveLength(relocationsCount);
  expect(plans.every((plan) => plan.state === "done")).toBe(true);
  expect(plans.map((plan) => plan.undo_of)).toEqual([null, ...plans.slice(0, -1).map((plan) => plan.id)]);
  const moves = await sql<
    { relocation_id: string; box_id: string; from_slot_id: string; to_slot_id: string; state: string }[]
  >`
    SELECT * FROM relocation_moves`;
  expect(moves).toHaveLength(boxesMoved * plans.length);
  expect(moves.every((move) => move.state === "placed")).toBe(true);
  expect(await sql`SELECT * FROM reservations`).toEqual([]);

  const boxes = await sql<
    { id: string; barcode: string; place: string; current_slot_id: string; home_slot_id: string; version: number }[]
  >`
    SELECT id, barcode, place, current_slot_id, home_slot_id, version FROM boxes ORDER BY barcode`;
  expect(boxes.map((box) => box.barcode)).toEqual(smallDelivery.boxes.map((box) => box.barcode));
  const target = new Map(
    moves.filter((move) => move.relocation_id === plans.at(-1)?.id).map((move) => [move.box_id, move.to_slot_id]),
  );
  const isBack = plans.length % 2 === 0;
  for (const [i, box] of boxes.entries()) {
    const at = target.get(box.id) ?? smallDelivery.boxes[i]?.slotId;
    expect(box).toMatchObject({ place: "slot", current_slot_id: at, home_slot_id: at });
    if (isBack) expect(at).toBe(smallDelivery.boxes[i]?.slotId);
    // One row as imported, two more for each relocation: nothing was done twice.
    expect(box.version).toBe(1 + (target.has(box.id) ? 2 * plans.length : 0));
  }

  const journal = await sql<
    {
      kind: string;
      body: { boxId: string; slotId: string | null; version: number; place: string; from: { slotId: string | null } };
    }[]
  >`
    SELECT kind, body FROM journal WHERE kind IN ('relocation.picked', 'relocation.placed') ORDER BY chain, revision`;
  expect(journal).toHaveLength(2 * moves.length);
  const replayed = new Map<string, { slotId: string | null; version: number }>();
  const imported = new Map(boxes.map((box, i) => [box.id, smallDelivery.boxes[i]?.slotId ?? null]));
  for (const { body } of journal) {
    const before = replayed.get(body.boxId) ?? { slotId: imported.get(body.boxId) ?? null, version: 1 };
    expect(body).toMatchObject({ version: before.version + 1, from: { slotId: before.slotId } });
    replayed.set(body.boxId, { slotId: body.slotId, version: body.version });
  }
  for (const box of boxes) {
    const known = replayed.get(box.id);
    if (known) expect(known).toEqual({ slotId: box.current_slot_id, version: box.version });
  }
  expect(steps.filter((step) => step.step === "placed").length).toBeLessThanOrEqual(moves.length);
  expect(await verifyJournal(database.db)).toMatchObject({ faults: [] });
}

async function withContext(store: Store, work: (context: Context, database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase(store.place);
  const clock = systemClock();
  const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
  try {
    await work({ db: database.db, clock, newId, layout: smallLayout, publish() {} }, database);
  } finally {
    await database.close();
  }
}
