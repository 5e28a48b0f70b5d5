import { eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { stocktakes } from "../storage/schema/stocktake.ts";
import { keepFindings } from "./delta/keep-findings.ts";
import { readFacts, type StocktakeRow } from "./judging/read-facts.ts";
import type { JudgedResult, StocktakeJudge } from "./judging/stocktake-judge.ts";
import type { ResultRow } from "./result-rows.ts";
import { keepLines, removeLines } from "./store-lines.ts";

export interface StocktakeEnding {
  context: Context;
  judge: StocktakeJudge;
  actor: Actor;
  row: StocktakeRow;
  /** True if it was paused or cancelled meanwhile. */
  isHalted(): boolean;
}

/**
 * Judges a stocktake whose antennas are all read, and stores the result by value: lines and summary never change afterwards.
 * Events during the judging count as after the stocktake. Lines are not visible before the stocktake is done, so they are stored
 * in short transactions, one after the other: a long one would block the embedded engine for everybody.
 */
export async function finishStocktake(ending: StocktakeEnding): Promise<void> {
  const { context, judge, row } = ending;
  try {
    const result = await judge.result(await readFacts(context.db, context.layout, row));
    // Lines of an earlier ending that was interrupted.
    await removeLines(context, row.id);
    // A delta compares its lines with the earlier findings; a hall's result is too large to keep in memory.
    const lines: ResultRow[] = [];
    await keepLines(context, result.rows, (from, rowsMax) => page(ending, lines, from, rowsMax), ending.isHalted);
    const isDone = !ending.isHalted() && (await endWith(ending, result, lines));
    if (!isDone) await removeLines(context, row.id);
  } finally {
    await judge.forget(row.id).catch(() => {});
  }
}

async function page({ judge, row }: StocktakeEnding, kept: ResultRow[], from: number, rowsMax: number) {
  const rows = await judge.rows(row.id, from, rowsMax);
  if (row.kind === "delta") kept.push(...rows);
  return rows;
}

/** False, and nothing done, when the stocktake is no longer running. */
function endWith({ context, actor, row }: StocktakeEnding, result: JudgedResult, lines: ResultRow[]): Promise<boolean> {
  const { id, roomId } = row;
  const { summary, revision } = result;
  const coverage = new Map(result.coverage.map((one) => [one.layerId, one]));
  return change(context, async (tx, recorder) => {
    const [now] = await tx.select().from(stocktakes).where(eq(stocktakes.id, id)).for("update");
    if (now?.state !== "running") return false;
    const delta = await keepFindings(tx, context, row, lines, coverage, recorder.atMs);
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
