/** Checks I1, I2, I4, I6–I10 and D against the tables and the journal after each step. */
import { createHash } from "node:crypto";
import type { JournalRow } from "../../src/contract/journal.ts";
import { journalKinds } from "../../src/contract/kinds/journal-rows.ts";
import { firstPrevHash, hashRow } from "../../src/journal/hash-row.ts";
import type { Layout } from "../../src/site/layout.ts";
import { deltaWatch } from "./delta-watch.ts";
import type { Facts } from "./facts.ts";
import { compareTables, lookAtGrants, lookAtPlaces } from "./look-at-facts.ts";
import type { Fail } from "./motion-watch.ts";
import { emptyReplay, type Replayed, replayRows } from "./replay-journal.ts";

/** Events of the step that led to these facts. */
export interface StepSeen {
  /** A verb succeeded, or its outcome is unknown: then the tables may have changed. */
  mayChange: boolean;
  /** The gateway's clock, earliest and latest. */
  fromMs: number;
  toMs: number;
}

export interface FactsWatch {
  /** A row was published: from now on it must be in the database (I6). */
  published(row: JournalRow): void;
  look(facts: Facts, rows: readonly JournalRow[], step: StepSeen): void;
  readonly replayed: Replayed;
  readonly findingsTold: number;
}

const actors = /^(person:.+|system:.+|device:.+|gateway|panel|controller)$/;
const withReason = new Set([
  "box.placed",
  "box.taken",
  "relocation.planned",
  "relocation.picked",
  "relocation.placed",
  "relocation.skipped",
]);
const changeless = /^(aisle|area|slot|stocktake|import)\./;
/** Kinds of the families above that need a request all the same; only a delta stocktake begins by itself. */
const asked = new Set(["stocktake.started", "stocktake.decided"]);
const isByItself = ({ kind, body }: JournalRow) => kind === "stocktake.started" && body.kind === "delta";

export function factsWatch(layout: Layout, fail: Fail): FactsWatch {
  const heads = new Map<string, { revision: number; hash: string }>();
  const told: JournalRow[] = [];
  const stored = new Map<string, string>();
  const linesOf = new Map<string, string>();
  const epochs = new Map<string, number>();
  const replayed = emptyReplay();
  const deltas = deltaWatch(fail);
  let placesBefore: string | null = null;
  let faultsTold = 0;

  /** I8 */
  function readRow(row: JournalRow, step: StepSeen): void {
    const name = `${row.chain} ${row.revision} ${row.kind}`;
    const head = heads.get(row.chain) ?? { revision: 0, hash: firstPrevHash };
    if (row.revision !== head.revision + 1) fail("I8", `${name} follows ${head.revision}`);
    if (row.prevHash !== head.hash) fail("I8", `${name} does not name its predecessor`);
    if (hashRow(row) !== row.hash) fail("I8", `${name} has another hash`);
    heads.set(row.chain, { revision: row.revision, hash: row.hash });
    if (!actors.test(row.actor)) fail("I8", `${name} by "${row.actor}"`);
    if (!(journalKinds as readonly string[]).includes(row.kind)) fail("I8", `${name} is of no known kind`);
    if (row.atMs < step.fromMs || row.atMs > step.toMs)
      fail("I8", `${name} at ${row.atMs}, the step was ${step.fromMs}–${step.toMs}`);
    if (withReason.has(row.kind) && !row.reason) fail("I8", `${name} has no reason`);
    stored.set(`${row.chain}/${row.revision}`, row.hash);
  }

  /** I9 and I10: without a successful request nothing changes, whatever a stocktake or antenna read. */
  function lookAtSilence(facts: Facts, rows: readonly JournalRow[], step: StepSeen): void {
    const { boxes, tags, loans, reservations, relocations, moves, people, recordsHash } = facts;
    const places = createHash("sha256")
      .update(
        JSON.stringify([
          boxes,
          tags,
          loans,
          reservations,
          relocations,
          moves,
          people,
          recordsHash,
          facts.stocktakes.filter(({ kind }) => kind === "full").length,
        ]),
      )
      .digest("hex");
    if (!step.mayChange && placesBefore !== null) {
      if (places !== placesBefore) fail("I9", "tables changed in a step whose every request was refused");
      const odd = rows.find((row) => !isByItself(row) && (!changeless.test(row.kind) || asked.has(row.kind)));
      if (odd) fail("I9", `${odd.kind} in a step whose every request was refused`);
    }
    placesBefore = places;
    for (const { id, linesHash } of facts.stocktakes) {
      if (linesHash === null) continue;
      const before = linesOf.get(id) ?? linesHash;
      if (before !== linesHash) fail("I10", `the result of stocktake ${id} changed`);
      linesOf.set(id, linesHash);
    }
    const byCount = boxes.find((box) => (box.evidence as { by?: string }).by === "stocktake");
    if (byCount) fail("I10", `a stocktake placed ${byCount.barcode}`);
  }

  return {
    published(row) {
      told.push(row);
    },
    look(facts, rows, step) {
      for (const row of rows) readRow(row, step);
      for (const row of told) {
        if (stored.get(`${row.chain}/${row.revision}`) === row.hash) continue;
        fail("I6", `${row.chain} ${row.revision} ${row.kind} was told to everybody and is not in the database`);
      }
      told.length = 0;
      replayRows(replayed, rows);
      lookAtPlaces(layout, fail, facts);
      lookAtGrants(epochs, fail, facts);
      for (const fault of replayed.faults.slice(faultsTold)) fail("I7", fault);
      faultsTold = replayed.faults.length;
      compareTables(replayed, fail, facts);
      lookAtSilence(facts, rows, step);
      deltas.look(facts, rows);
    },
    replayed,
    get findingsTold() {
      return deltas.told;
    },
  };
}
