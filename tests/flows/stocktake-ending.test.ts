/** A stocktake whose many lines are stored in short transactions: broken off anywhere, it leaves no line and teaches no tag twice. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { roomChain } from "../../src/contract/journal.ts";
import { finishStocktake } from "../../src/stocktake/finish-stocktake.ts";
import type { StocktakeRow } from "../../src/stocktake/judging/read-facts.ts";
import type { StocktakeJudge } from "../../src/stocktake/judging/stocktake-judge.ts";
import { readLines } from "../../src/stocktake/read-lines.ts";
import type { ResultRow } from "../../src/stocktake/result-rows.ts";
import { keepLines } from "../../src/stocktake/store-lines.ts";
import { stocktakes } from "../../src/storage/schema/stocktake.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";

const linesTotal = 700;
const actor = "gateway" as const;
const rowOf = (stocktakeId: string, no: number): ResultRow => ({
  ...{ stocktakeId, no, class: "found", certainty: "confirmed", boxId: `b${no}`, barcode: `GW-${no}`, epc: `E${no}` },
  ...{ expectedCode: "1", expectedLayerId: "l1", seenLayerId: "l1", seenCode: "1", explanation: {}, probability: 1 },
  ...{ alternatives: [], proposals: [] },
  evidence: [
    { layerId: "l0", roundsHealthy: 9, roundsAnswered: 9 },
    { layerId: "l1", roundsHealthy: 4, roundsAnswered: 3 },
  ],
});
const page = (id: string, from: number, rowsMax: number) =>
  Array.from({ length: Math.min(rowsMax, linesTotal - from) }, (_, i) => rowOf(id, from + i + 1));

/** It has judged already; `onRows` is told of every page that is fetched. */
const judge = (onRows = () => {}): StocktakeJudge => ({
  plan: () => Promise.reject(new Error("nobody asks")),
  result: async () => ({ rows: linesTotal, summary: { found: linesTotal }, coverage: [], revision: 3 }),
  async rows(id, from, rowsMax) {
    onRows();
    return page(id, from, rowsMax);
  },
  forget: async () => {},
  close: async () => {},
});

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`the end of a count (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let context: TestContext;
    beforeAll(async () => {
      context = await openContext(engine);
    }, 120_000);
    afterAll(() => context?.close());

    async function running(id: string): Promise<StocktakeRow> {
      const row = {
        ...{
          id,
          roomId: "r1",
          kind: "full" as const,
          areaKey: null,
          aisle: null,
          scope: {},
          state: "running" as const,
        },
        ...{
          settings: { presentMax: 0.001 },
          actor,
          startedAtMs: 1,
          endedAtMs: null,
          startRevision: 0,
          endRevision: null,
        },
        summary: { layerIds: ["l1"] },
      };
      await context.context.db.execute(sql`TRUNCATE stocktakes, stocktake_lines, tag_history`);
      await context.context.db.insert(stocktakes).values(row);
      return row;
    }
    const counted = async (query: ReturnType<typeof sql>) =>
      (await context.context.db.execute<{ n: number }>(sql`SELECT coalesce((${query}), 0)::int AS n`))[0]?.n;
    const stored = () => counted(sql`SELECT count(*) FROM stocktake_lines`);
    const learned = () => counted(sql`SELECT sum(rounds_offered) FROM tag_history`);

    it("stores every line, teaches every tag once, and says so in the journal", async () => {
      const row = await running("whole");
      await finishStocktake({ context: context.context, judge: judge(), actor, row, isHalted: () => false });
      const lines = await readLines(context.context, "whole");
      expect(lines.map(({ no }) => no)).toEqual(Array.from({ length: linesTotal }, (_, i) => i + 1));
      expect(await learned()).toBe(4 * linesTotal);
      const noted = sql`SELECT count(*) FROM journal WHERE chain = ${roomChain("r1")} AND subject = 'stocktake:whole' AND kind = 'stocktake.ended'`;
      expect(await counted(noted)).toBe(1);
    });

    it("takes its lines back when it is paused or cancelled in the middle", async () => {
      const row = await running("halted");
      let pages = 0;
      const isHalted = () => pages >= 2;
      await finishStocktake({ context: context.context, judge: judge(() => pages++), actor, row, isHalted });
      expect([pages, await stored(), await learned()]).toEqual([2, 0, 0]);
    });

    it("begins its ending anew after a kill, and nobody sees the lines that were there", async () => {
      const row = await running("killed");
      let pages = 0;
      const rows = async (from: number, rowsMax: number) => {
        pages++;
        return page("killed", from, rowsMax);
      };
      await keepLines(context.context, linesTotal, rows, () => pages >= 2);
      const left = await stored();
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(linesTotal);
      expect(await readLines(context.context, "killed")).toEqual([]);
      await finishStocktake({ context: context.context, judge: judge(), actor, row, isHalted: () => false });
      expect([await stored(), await learned()]).toEqual([linesTotal, 4 * linesTotal]);
      expect(await readLines(context.context, "killed", { limit: 1 })).toMatchObject([{ no: 1 }]);
    });
  });
}
