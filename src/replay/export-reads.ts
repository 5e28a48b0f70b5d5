/** What a stocktake was judged from, as a file that `guiwei replay` takes: its antennas, what they heard, the boxes it knew of. */
import { and, eq, isNull, sql } from "drizzle-orm";
import { Refusal } from "../contract/errors.ts";
import type { BoxLine, CoverageLine, ProfileLine, ReadLine } from "../contract/reads.ts";
import type { House } from "../house.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import {
  antennaProfiles,
  stocktakeAntennas,
  stocktakeEvidence,
  stocktakeLines,
  stocktakes,
  tagHistory,
} from "../storage/schema/stocktake.ts";

type LineRow = typeof stocktakeLines.$inferSelect;

/** Profiles, boxes, rounds, reads, in this order; refuses with not-found. */
export async function exportReads(
  house: House,
  id: string,
): Promise<(BoxLine | CoverageLine | ProfileLine | ReadLine)[]> {
  const { db, layout } = house;
  const [count] = await db.select().from(stocktakes).where(eq(stocktakes.id, id));
  if (!count) throw new Refusal("not-found", { what: id });
  const antennas = await db.select().from(stocktakeAntennas).where(eq(stocktakeAntennas.stocktakeId, id));
  const heard = await db.select().from(stocktakeEvidence).where(eq(stocktakeEvidence.stocktakeId, id));
  const lines = await db.select().from(stocktakeLines).where(eq(stocktakeLines.stocktakeId, id));
  const known = await knownBoxes(house, id);
  const { profiles = {} } = count.summary as { profiles?: Record<string, number> };
  const visit = 0;
  const atMs = count.startedAtMs;
  return [
    ...(await profileLines(house, profiles)),
    ...boxLines(layout, lines, known),
    ...antennas.flatMap(({ readerId: reader, antenna, roundsHealthy, roundsFailed, fault }): CoverageLine[] => {
      const powerDbm = layout.deviceById.get(reader)?.powerDbm ?? null;
      const line = (roundsOffered: number, why: string | null) => {
        return { reader, antenna, roundsOffered, fault: why, powerDbm, atMs, visit };
      };
      // The last word comes last: it says whether the antenna counts.
      const healthy = roundsHealthy > 0 ? [line(roundsHealthy, null)] : [];
      const failed = roundsFailed > 0 || fault !== null ? [line(roundsFailed, fault ?? "unhealthy")] : [];
      return fault === null ? [...failed, ...healthy] : [...healthy, ...failed];
    }),
    ...heard.map(({ readerId: reader, antenna, epc, roundsAnswered: answered, meanDbm, lastAtMs }): ReadLine => {
      return { reader, antenna, epc, rssiDbm: meanDbm, atMs: lastAtMs, count: answered, visit };
    }),
  ];
}

interface KnownRow {
  epc: string;
  barcode: string;
  thicknessMm: number;
  slotId: string | null;
  offered: number;
  answered: number;
}

/** Boxes of the result's lines and of tags that were heard, as the catalogue has them now. */
async function knownBoxes({ db }: House, id: string): Promise<KnownRow[]> {
  return db
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
    .where(
      and(
        isNull(tags.unboundAtMs),
        sql`(${tags.epc} IN (SELECT epc FROM ${stocktakeLines} WHERE stocktake_id = ${id} AND epc IS NOT NULL)
          OR ${tags.epc} IN (SELECT epc FROM ${stocktakeEvidence} WHERE stocktake_id = ${id}))`,
      ),
    )
    .orderBy(tags.epc);
}

function boxLines(layout: House["layout"], lines: readonly LineRow[], known: readonly KnownRow[]): BoxLine[] {
  const lineOf = new Map(lines.map((line) => [line.epc, line]));
  return known.map(({ epc, barcode, thicknessMm, slotId, offered, answered }) => {
    const line = lineOf.get(epc);
    // As it was when the count was judged; boxes that it had nothing to say of, as they are now.
    const locationCode = line ? line.expectedCode : (layout.slotById.get(slotId ?? "")?.locationCode ?? null);
    const own = line && learnedOf(line);
    return {
      ...{ epc, barcode, locationCode, thicknessMm },
      // What the tag had done before: this count's own rounds were added when it ended.
      roundsOffered: Math.max(0, offered - (own?.roundsHealthy ?? 0)),
      roundsAnswered: Math.max(0, answered - (own?.roundsAnswered ?? 0)),
    };
  });
}

/** What finish-stocktake.ts added to the tag's history. */
function learnedOf(line: LineRow): { roundsHealthy: number; roundsAnswered: number } | undefined {
  if (line.class !== "found" || line.certainty !== "confirmed") return undefined;
  const evidence = line.evidence as { layerId: string; roundsHealthy: number; roundsAnswered: number }[];
  return evidence.find((one) => one.layerId === line.expectedLayerId);
}

async function profileLines({ db }: House, versions: Record<string, number>): Promise<ProfileLine[]> {
  const found: ProfileLine[] = [];
  for (const [areaKey, version] of Object.entries(versions)) {
    const [row] = await db
      .select({ profile: antennaProfiles.profile })
      .from(antennaProfiles)
      .where(and(eq(antennaProfiles.areaKey, areaKey), eq(antennaProfiles.version, version)));
    if (row) found.push({ areaKey, profile: row.profile });
  }
  return found;
}
