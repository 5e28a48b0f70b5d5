import { eq } from "drizzle-orm";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { House } from "../house.ts";
import { change } from "../journal/change.ts";
import { stocktakes } from "../storage/schema/stocktake.ts";
import { countReading, type StocktakeRow } from "./count-facts.ts";
import type { CountJudge, CountResult } from "./count-judge.ts";
import { keepFindings } from "./delta/keep-findings.ts";
import type { ResultRow } from "./result-rows.ts";
import { keepLines, removeLines, storeLines } from "./store-lines.ts";

export interface StocktakeEnding {
  house: House;
  judge: CountJudge;
  actor: Actor;
  row: StocktakeRow;
  /** It was paused or cancelled meanwhile. */
  isHalted(): boolean;
}

/**
 * Judges a count whose antennas are all read, and keeps the result by value: lines and summary never change afterwards. What
 * happens while it is judged is after the count. Lines are nobody's before the count is done.
 */
export async function finishStocktake(ending: StocktakeEnding): Promise<void> {
  const { house, judge, row } = ending;
  try {
    const result = await judge.result(await countReading(house.db, house.layout, row));
    // A delta is over in a moment, and its findings are compared with its lines.
    if (row.kind === "delta") await endWith(ending, result, await allRows(ending, result));
    else await finishLong(ending, result);
  } finally {
    await judge.forget(row.id).catch(() => {});
  }
}

/** In short transactions, one after the other: a hall's lines in one would keep the embedded engine from everybody for seconds. */
async function finishLong(ending: StocktakeEnding, result: CountResult): Promise<void> {
  const { house, judge, row, isHalted } = ending;
  // Of an ending that was cut off.
  await removeLines(house, row.id);
  await keepLines(house, result.rows, (from, rowsMax) => judge.rows(row.id, from, rowsMax), isHalted);
  const isDone = !isHalted() && (await endWith(ending, result, []));
  if (!isDone) await removeLines(house, row.id);
}

const rowsAtOnce = 200;

async function allRows({ judge, row }: StocktakeEnding, result: CountResult): Promise<ResultRow[]> {
  const rows: ResultRow[] = [];
  while (rows.length < result.rows) rows.push(...(await judge.rows(row.id, rows.length, rowsAtOnce)));
  return rows;
}

/** False when it is no longer running: then nothing was done. */
function endWith({ house, actor, row }: StocktakeEnding, result: CountResult, rows: ResultRow[]): Promise<boolean> {
  const { id, roomId } = row;
  const { summary, revision } = result;
  const coverage = new Map(result.coverage.map((one) => [one.layerId, one]));
  return change(house, async (tx, recorder) => {
    const [now] = await tx.select().from(stocktakes).where(eq(stocktakes.id, id)).for("update");
    if (now?.state !== "running") return false;
    await storeLines(tx, rows);
    const delta = await keepFindings(tx, house, row, coverage, recorder.atMs);
    const { layerIds } = row.summary as { layerIds: string[] };
    await tx
      .update(stocktakes)
      .set({
        state: "done",
        endedAtMs: recorder.atMs,
        endRevision: revision,
        summary: { ...summary, ...delta, layerIds },
      })
      .where(eq(stocktakes.id, id));
    recorder.note({
      chain: roomChain(roomId),
      actor,
      kind: "stocktake.ended",
      subject: `stocktake:${id}`,
      body: { stocktakeId: id, state: "done", kind: row.kind, ...summary, ...delta },
    });
    return true;
  });
}
