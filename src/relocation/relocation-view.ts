import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { RelocationDetail, RelocationView } from "../contract/relocation.ts";
import { inPages } from "../storage/in-pages.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import { relocationMoves, relocations } from "../storage/schema/relocation.ts";
import { moveView } from "./preview-relocation.ts";

const movesAtOnce = 250;
const countOf = (state: string) => sql<number>`(count(*) FILTER (WHERE ${relocationMoves.state} = ${state}))::int`;

async function views(
  context: Context,
  where: ReturnType<typeof eq> | undefined,
  limit: number,
): Promise<RelocationView[]> {
  const rows = await context.db
    .select({
      row: relocations,
      total: sql<number>`count(*)::int`,
      picked: countOf("picked"),
      placed: countOf("placed"),
      skipped: countOf("skipped"),
    })
    .from(relocations)
    .innerJoin(relocationMoves, eq(relocationMoves.relocationId, relocations.id))
    .where(where)
    .groupBy(relocations.id)
    .orderBy(desc(relocations.createdAtMs))
    .limit(limit);
  return rows.map(({ row, total, picked, placed, skipped }) => ({
    id: row.id,
    roomId: row.roomId,
    name: row.name,
    reason: row.reason,
    state: row.state,
    undoOf: row.undoOf,
    createdAtMs: row.createdAtMs,
    endedAtMs: row.endedAtMs,
    movesTotal: total,
    movesPicked: picked,
    movesPlaced: placed,
    movesSkipped: skipped,
    preview: row.preview as RelocationView["preview"],
  }));
}

/** Newest first. */
export function listRelocations(context: Context, limit: number): Promise<RelocationView[]> {
  return views(context, undefined, limit);
}

/** A relocation with its work list in walking order; refuses with not-found. */
export async function relocationDetail(context: Context, id: string): Promise<RelocationDetail> {
  const [view] = await views(context, eq(relocations.id, id), 1);
  if (!view) throw new Refusal("not-found", { what: id });
  const moves: RelocationDetail["moves"] = [];
  for await (const rows of moveRows(context, id))
    for (const { move, barcode, thicknessMm, epc } of rows)
      moves.push({
        ...moveView(context.layout, move),
        barcode,
        epc,
        thicknessMm,
        state: move.state,
        evidence: move.evidence as Record<string, unknown>,
        skipReason: move.skipReason,
      });
  return { ...view, moves };
}

/** Up to 20 000 rows, so they are read in pages that block nobody. */
function moveRows({ db }: Context, id: string) {
  type Row = { move: typeof relocationMoves.$inferSelect; barcode: string; thicknessMm: number; epc: string | null };
  return inPages(
    movesAtOnce,
    ({ move }: Row) => move.no,
    (after, limit) =>
      db
        .select({ move: relocationMoves, barcode: boxes.barcode, thicknessMm: boxes.thicknessMm, epc: tags.epc })
        .from(relocationMoves)
        .innerJoin(boxes, eq(boxes.id, relocationMoves.boxId))
        .leftJoin(tags, and(eq(tags.boxId, boxes.id), isNull(tags.unboundAtMs)))
        .where(and(eq(relocationMoves.relocationId, id), gt(relocationMoves.no, after ?? 0)))
        .orderBy(relocationMoves.no)
        .limit(limit),
  );
}
