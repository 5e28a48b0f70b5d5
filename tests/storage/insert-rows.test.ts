import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { insertRows } from "../../src/storage/insert-rows.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { aisleFindings } from "../../src/storage/schema/deltas.ts";
import { stocktakeLines } from "../../src/storage/schema/stocktake.ts";
import { onEachDatabase } from "../support/database.ts";

const line = (no: number) => ({
  ...{
    stocktakeId: "s1",
    no,
    class: "missing" as const,
    certainty: "suspected" as const,
    boxId: `b${no}`,
    barcode: null,
    epc: null,
  },
  ...{ expectedCode: "1-01-A-01-01-01", expectedLayerId: "l'1", seenLayerId: null, seenCode: null, probability: 0.25 },
  ...{
    explanation: { zh: '说"明\\', en: "line\nbreak" },
    alternatives: [],
    proposals: [],
    evidence: [{ readerId: "r", n: 1 }],
  },
});

const finding = (subject: string, foundAtMs: number) => ({
  ...{ subject, id: `f-${subject}-${foundAtMs}`, areaKey: "r1.1", aisle: 3, class: "missing" as const },
  ...{
    certainty: "suspected" as const,
    boxId: subject,
    barcode: null,
    epc: null,
    explanation: { code: "x", zh: "甲", en: "a" },
  },
  ...{ expectedCode: null, expectedLayerId: null, seenLayerId: null, seenCode: null, stocktakeId: "s1" },
  ...{ foundAtMs, acknowledgedAtMs: null, acknowledgedBy: null },
});

onEachDatabase("many rows by one statement", (fresh) => {
  let database: Database;
  beforeAll(async () => {
    database = await fresh();
    // What the rows refer to is not at stake here.
    await database.sql`SET session_replication_role = replica`;
  });
  afterAll(() => database.close());

  it("writes each value as drizzle would read it back: quotes, line breaks, nulls, lists, fractions, large numbers", async () => {
    const rows = [line(1), line(2)];
    await insertRows(database.db, stocktakeLines, rows);
    const kept = await database.db.select().from(stocktakeLines).where(eq(stocktakeLines.stocktakeId, "s1"));
    expect(kept.map((row) => ({ ...row }))).toEqual(rows.map((row) => expect.objectContaining(row)));
  });

  it("writes thousands of rows, more cells than one statement may have parameters, and none when there are none", async () => {
    await insertRows(database.db, stocktakeLines, []);
    await insertRows(
      database.db,
      stocktakeLines,
      Array.from({ length: 6_000 }, (_, i) => ({ ...line(i), stocktakeId: "s2" })),
    );
    const [row] = await database.db.execute<{ n: number }>(
      sql`SELECT count(*)::int AS n FROM stocktake_lines WHERE stocktake_id = 's2'`,
    );
    expect(row?.n).toBe(6_000);
  });

  it("refuses a row that is there, and takes the newer one where it is told to", async () => {
    await insertRows(database.db, aisleFindings, [finding("b1", 1), finding("b2", 1)]);
    await expect(insertRows(database.db, aisleFindings, [finding("b1", 2)])).rejects.toThrow();
    const newer = [finding("b1", 2 ** 45), finding("b3", 2)];
    await insertRows(database.db, aisleFindings, newer, { orUpdateBy: [aisleFindings.subject] });
    const kept = await database.db.select().from(aisleFindings).orderBy(aisleFindings.subject);
    expect(kept).toEqual([newer[0], finding("b2", 1), newer[1]]);
  });
});
