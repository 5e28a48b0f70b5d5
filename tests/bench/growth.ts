/** How cost grows with the number of boxes: the exponent of a look-up over boxes and of a journal append over rows already there. */

import type { Context } from "../../src/context.ts";
import { siteChain } from "../../src/contract/journal.ts";
import { change } from "../../src/journal/change.ts";
import { search } from "../../src/lookup/search.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { type BenchDatabases, contextOf, engines, layoutOfSite } from "./bench-context.ts";
import { customerNoOf, fillBoxes } from "./fill-boxes.ts";
import { type BenchOptions, type Measure, measured, median, skipped } from "./measure.ts";

/** n log n from 1 000 to 1 000 000, as a power of n. */
const exponentMax = 1.1;

export async function measureGrowth(options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const sizes = options.isQuick ? [500, 2_000] : [1_000, 10_000, 100_000, ...(options.isFull ? [1_000_000] : [])];
  const tries = options.isQuick ? 10 : 200;
  const measures: Measure[] = [];
  for (const engine of engines) {
    const missing = databases.missing(engine);
    if (missing) {
      measures.push(skipped(`growth, ${engine}`, missing));
      continue;
    }
    const database = await databases.open(engine);
    try {
      const layout = layoutOfSite("demo.yaml");
      const context = contextOf(database, layout);
      await loadSite(context);
      const costs: Record<"key" | "name" | "append", number[]> = { key: [], name: [], append: [] };
      let filled = 0;
      for (const size of sizes) {
        await fillBoxes(database, layout, filled, size);
        await fillJournal(database.sql, size);
        filled = size;
        costs.key.push(await msEach(tries, (i) => find(context, customerNoOf((i * 7919) % size))));
        costs.name.push(await msEach(tries, (i) => find(context, ["欧阳", "王秋", "和美机械"][i % 3] as string)));
        costs.append.push(await msEach(tries, () => append(context)));
      }
      for (const [name, ms] of Object.entries({
        "look-up by number": costs.key,
        "look-up by part of a name": costs.name,
        "journal append": costs.append,
      })) {
        measures.push(
          measured({
            name: `growth of a ${name}, ${engine}`,
            value: slope(sizes, ms),
            unit: "exponent of n",
            goal: { of: "value", atMost: exponentMax },
            note: sizes.map((size, i) => `${size}: ${(ms[i] as number).toFixed(2)} ms`).join(", "),
          }),
        );
      }
    } finally {
      await database.close();
    }
  }
  return measures;
}

const find = (context: Context, query: string) => search(context, { query, limit: 20 });

const append = (context: Context) =>
  change(context, async (_tx, { note }) =>
    note({ chain: siteChain, actor: "gateway", kind: "box.placed", body: { boxId: "b1" } }),
  );

/** The chain as long as `length`; hashes are of no matter here. */
async function fillJournal(sql: Awaited<ReturnType<BenchDatabases["open"]>>["sql"], length: number): Promise<void> {
  await sql.begin(async (tx) => {
    const [head] = await tx<{ revision: number }[]>`SELECT revision FROM chain_heads WHERE chain = ${siteChain}`;
    await tx`
      INSERT INTO journal (chain, revision, at_ms, actor, kind, subject, body, prev_hash, hash)
      SELECT ${siteChain}, n, n, 'gateway', 'box.placed', 'box:b' || n, '{"boxId":"b"}', repeat('0', 64), repeat('0', 64)
      FROM generate_series(${(head?.revision ?? 0) + 1}::int, ${length}::int) n`;
    await tx`UPDATE chain_heads SET revision = greatest(revision, ${length}::int) WHERE chain = ${siteChain}`;
  });
  await sql`VACUUM (ANALYZE) journal`;
}

async function msEach(tries: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = -10; i < tries; i++) {
    const start = performance.now();
    await work(Math.abs(i));
    if (i >= 0) took.push(performance.now() - start);
  }
  return median(took);
}

/** Least squares through log n and log cost. */
function slope(sizes: readonly number[], costs: readonly number[]): number {
  const x = sizes.map(Math.log);
  const y = costs.map(Math.log);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const over = x.reduce((sum, value, i) => sum + (value - meanX) * ((y[i] as number) - meanY), 0);
  return over / x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
}
