import { and, eq, gt, inArray, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { StocktakeClass } from "../contract/kinds/stocktake-lines.ts";
import type { StocktakeLine } from "../contract/stocktake.ts";
import { people } from "../storage/schema/people.ts";
import { stocktakeDecisions, stocktakeLines, stocktakes } from "../storage/schema/stocktake.ts";

export interface LinesAsked {
  class?: StocktakeClass | undefined;
  nos?: number[];
  /** Only lines after this one. */
  after?: number;
  limit?: number;
}

/** Lines of a stored result in their order, each with the decision made since; none before the stocktake is done. */
export async function readLines(
  context: Context,
  stocktakeId: string,
  asked: LinesAsked = {},
): Promise<StocktakeLine[]> {
  const query = context.db
    .select({ line: stocktakeLines, decided: stocktakeDecisions, name: people.name })
    .from(stocktakeLines)
    .innerJoin(stocktakes, and(eq(stocktakes.id, stocktakeLines.stocktakeId), eq(stocktakes.state, "done")))
    .leftJoin(
      stocktakeDecisions,
      and(eq(stocktakeDecisions.stocktakeId, stocktakeLines.stocktakeId), eq(stocktakeDecisions.no, stocktakeLines.no)),
    )
    .leftJoin(people, eq(stocktakeDecisions.actor, sql`'person:' || ${people.id}`))
    .where(
      and(
        eq(stocktakeLines.stocktakeId, stocktakeId),
        gt(stocktakeLines.no, asked.after ?? 0),
        asked.class ? eq(stocktakeLines.class, asked.class) : undefined,
        asked.nos ? inArray(stocktakeLines.no, asked.nos) : undefined,
      ),
    )
    .orderBy(stocktakeLines.no);
  const rows = await (asked.limit === undefined ? query : query.limit(asked.limit));
  return rows.map(({ line: { stocktakeId: _, ...line }, decided, name }) => {
    const decision = decided && {
      decision: decided.decision,
      note: decided.note,
      actor: decided.actor,
      name,
      atMs: decided.atMs,
    };
    return { ...line, decision } as StocktakeLine;
  });
}
