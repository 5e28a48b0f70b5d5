/**
 * Exports the input of a stocktake's judging as a file for `guiwei replay`. The gateway reads its tables page by page along their
 * keys into files of rows (below); a job turns those into the lines (write-reads.ts).
 */
import { join } from "node:path";
import { and, asc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { MadeFile } from "../http/send-made.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { makeFile } from "../jobs/make-file.ts";
import { summaryNow } from "../stocktake/summary.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import {
  antennaCalibrations,
  stocktakeAntennas,
  stocktakeEvidence,
  stocktakeLines,
  stocktakes,
  tagHistory,
} from "../storage/schema/stocktake.ts";
import { writeRowFiles } from "../workbooks/row-files.ts";
import type { BoxRow, CalibrationRow, HeardRow, LineRow, RoundsRow } from "./write-reads.ts";

/** A page is one statement, and one uninterrupted step of this thread. */
const rowsAtOnce = 250;

type StocktakeRow = typeof stocktakes.$inferSelect;

/** Refuses with not-found. */
export async function exportReads(
  context: Context,
  jobs: Jobs,
  id: string,
  { source, signal }: { source: string; signal: AbortSignal },
): Promise<MadeFile> {
  const [stocktake] = await context.db.select().from(stocktakes).where(eq(stocktakes.id, id));
  if (!stocktake) throw new Refusal("not-found", { what: id });
  const names = ["calibrations", "lines", "boxes", "rounds", "heard"] as const;
  return makeFile(jobs, {
    ...{ kind: "write-reads", about: `reads:${id}`, source, signal },
    asked(folder, file) {
      const rowsFiles = Object.fromEntries(names.map((name) => [name, join(folder, name)]));
      return { rowsFiles: rowsFiles as Record<(typeof names)[number], string>, file };
    },
    async prepare(folder, onRows, ends) {
      const epcs = new Set<string>();
      const rows = {
        calibrations: calibrationRows(context, stocktake),
        lines: lineRows(context, id, epcs),
        heard: heardRows(context, id, epcs),
        rounds: roundsRows(context, stocktake),
        // Boxes of the result's lines and of tags that were read: both are known by now.
        boxes: boxRows(context, epcs),
      };
      await writeRowFiles(
        Object.entries(rows).map(([name, of]) => [join(folder, name), of] as const),
        { onRows, signal: ends },
      );
    },
  });
}

async function* calibrationRows({ db }: Context, { summary }: StocktakeRow): AsyncGenerator<CalibrationRow> {
  const { calibrations = {} } = summaryNow(summary) as { calibrations?: Record<string, number> };
  for (const [areaKey, version] of Object.entries(calibrations)) {
    const [row] = await db
      .select({ calibration: antennaCalibrations.calibration })
      .from(antennaCalibrations)
      .where(and(eq(antennaCalibrations.areaKey, areaKey), eq(antennaCalibrations.version, version)));
    if (row) yield { areaKey, calibration: row.calibration };
  }
}

async function* lineRows({ db }: Context, id: string, epcs: Set<string>): AsyncGenerator<LineRow> {
  for (let after = 0; ; ) {
    const rows = await db
      .select({
        no: stocktakeLines.no,
        epc: stocktakeLines.epc,
        expectedCode: stocktakeLines.expectedCode,
        expectedLayerId: stocktakeLines.expectedLayerId,
        isSure: sql<boolean>`${stocktakeLines.class} = 'found' AND ${stocktakeLines.certainty} = 'confirmed'`,
        // As text, because only the job parses it.
        evidence: sql<string>`${stocktakeLines.evidence}::text`,
      })
      .from(stocktakeLines)
      .where(and(eq(stocktakeLines.stocktakeId, id), gt(stocktakeLines.no, after)))
      .orderBy(asc(stocktakeLines.no))
      .limit(rowsAtOnce);
    for (const { no: _, epc, ...row } of rows) {
      if (epc === null) continue;
      epcs.add(epc);
      yield { epc, ...row, evidence: row.isSure ? row.evidence : null };
    }
    if (rows.length < rowsAtOnce) return;
    after = rows.at(-1)?.no ?? after;
  }
}

async function* heardRows({ db }: Context, id: string, epcs: Set<string>): AsyncGenerator<HeardRow> {
  const of = stocktakeEvidence;
  for (let after: HeardRow | null = null; ; ) {
    const rows: HeardRow[] = await db
      .select({
        reader: of.readerId,
        antenna: of.antenna,
        epc: of.epc,
        rssiDbm: of.meanDbm,
        atMs: of.lastAtMs,
        count: of.roundsAnswered,
      })
      .from(of)
      .where(
        and(
          eq(of.stocktakeId, id),
          after
            ? sql`(${of.epc}, ${of.readerId}, ${of.antenna}) > (${after.epc}, ${after.reader}, ${after.antenna}::int)`
            : undefined,
        ),
      )
      .orderBy(asc(of.epc), asc(of.readerId), asc(of.antenna))
      .limit(rowsAtOnce);
    for (const row of rows) {
      epcs.add(row.epc);
      yield row;
    }
    if (rows.length < rowsAtOnce) return;
    after = rows.at(-1) ?? after;
  }
}

async function* roundsRows({ db, layout }: Context, stocktake: StocktakeRow): AsyncGenerator<RoundsRow> {
  const rows = await db.select().from(stocktakeAntennas).where(eq(stocktakeAntennas.stocktakeId, stocktake.id));
  for (const { readerId: reader, antenna, roundsHealthy, roundsFailed, fault } of rows) {
    const powerDbm = layout.deviceById.get(reader)?.powerDbm ?? null;
    yield { reader, antenna, roundsHealthy, roundsFailed, fault, powerDbm, atMs: stocktake.startedAtMs };
  }
}

/** As the catalogue has them now. */
async function* boxRows({ db, layout }: Context, epcs: ReadonlySet<string>): AsyncGenerator<BoxRow> {
  const ask = (some: string[]) =>
    db
      .select({
        epc: tags.epc,
        barcode: boxes.barcode,
        thicknessMm: boxes.thicknessMm,
        slotId: boxes.currentSlotId,
        offered: sql<number>`coalesce(${tagHistory.roundsOffered}, 0)`,
        answered: sql<number>`coalesce(${tagHistory.roundsAnswered}, 0)`,
      })
      .from(tags)
      .innerJoin(boxes, eq(boxes.id, tags.boxId))
      .leftJoin(tagHistory, eq(tagHistory.epc, tags.epc))
      .where(and(isNull(tags.unboundAtMs), inArray(tags.epc, some)));
  for (const some of pagesOf(epcs)) {
    for (const { slotId, ...row } of await ask(some))
      yield { ...row, locationCode: layout.slotById.get(slotId ?? "")?.locationCode ?? null };
  }
}

function* pagesOf(epcs: ReadonlySet<string>): Generator<string[]> {
  let page: string[] = [];
  for (const epc of epcs) {
    if (page.push(epc) < rowsAtOnce) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
