import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededChance } from "../../src/clock/chance.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { freshFolder } from "../support/database.ts";
import { copyTree } from "../support/database-templates.ts";
import { type CutOptions, inodesBelow, readTrace, replayUntilCut, type Trace } from "../support/disk-replay.ts";

const cutCount = Number(process.env.GUIWEI_POWER_CUTS ?? 6);
const seed = process.env.GUIWEI_SEED ?? "power";
const timeout = 60_000 + 60_000 * cutCount;
const transactionCount = 120;

interface Acknowledged {
  n: number;
  /** Changes of the disk that had happened when the commit was acknowledged. */
  changeCount: number;
}

describe("power loss of the embedded database", { timeout }, () => {
  const work = mkdtempSync(join(tmpdir(), "guiwei-power-"));
  const acknowledged: Acknowledged[] = [];
  let trace: Trace;
  let firstChange = 0;

  beforeAll(async () => {
    const root = freshFolder();
    const before = join(work, "before");
    copyTree(root, before);
    const inodes = inodesBelow(root);
    const traceFile = join(work, "trace");
    const observer = new URL("../support/disk-observer.ts", import.meta.url);
    observer.searchParams.set("trace", traceFile);

    const database = await openDatabase({ dataDir: root, observerUrl: observer.href });
    await database.sql`CREATE TABLE written (n int8 PRIMARY KEY, pad text NOT NULL)`;
    firstChange = database.folder?.observedCount() ?? 0;
    for (let n = 0; n < transactionCount; n++) {
      await database.sql.begin(async (tx) => {
        await tx`INSERT INTO written VALUES (${n}, ${"x".repeat((n * 977) % 20_000)})`;
        if (n % 10 === 3) await tx`UPDATE written SET pad = 'changed' WHERE n = ${n - 1}`;
        if (n % 25 === 7) await tx.unsafe(`CREATE TABLE later_${n} AS SELECT * FROM written`);
      });
      acknowledged.push({ n, changeCount: database.folder?.observedCount() ?? 0 });
      if (n % 30 === 20) await database.sql.unsafe("CHECKPOINT");
      if (n % 45 === 40) await database.sql.unsafe("VACUUM FULL written");
    }
    await database.close();
    trace = { before, root, inodes, changes: readTrace(traceFile) };
    rmSync(root, { recursive: true, force: true });
  }, 180_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** Opens what the disk held after the cut; returns the acknowledged rows that are gone. */
  async function lostAfter(name: string, options: CutOptions): Promise<number[]> {
    const dataDir = join(work, name);
    replayUntilCut(trace, dataDir, seededChance(`${seed}/${name}`), options);
    const database = await openDatabase({ dataDir });
    try {
      const rows = await database.sql<{ n: string }[]>`SELECT n FROM written`;
      const stored = new Set(rows.map((row) => Number(row.n)));
      // The index and the table tell the same story.
      const [byIndex] = await database.sql
        .begin((tx) => [
          tx`SET LOCAL enable_seqscan = off`,
          tx<{ n: number }[]>`SELECT count(*)::int AS n FROM written WHERE n >= 0`,
        ])
        .then(([, counted]) => counted as { n: number }[]);
      expect(byIndex?.n).toBe(stored.size);
      await database.sql`INSERT INTO written VALUES (-1, 'goes on')`;
      return acknowledged
        .filter(({ n, changeCount }) => changeCount <= options.changeCount && !stored.has(n))
        .map(({ n }) => n);
    } finally {
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  }

  it(`opens with every acknowledged row after each of ${cutCount} cuts`, async () => {
    expect(trace.changes.length).toBeGreaterThan(firstChange + transactionCount);
    const chance = seededChance(seed);
    for (let cut = 0; cut < cutCount; cut++) {
      const changeCount = firstChange + chance.below(trace.changes.length - firstChange + 1);
      const unsynced = cut % 2 === 0 ? "none" : "some";
      const name = `cut-${cut}`;
      const lost = await lostAfter(name, { changeCount, unsynced }).catch((error: Error) => [
        `does not open: ${error.message}`,
      ]);
      expect(
        lost,
        `seed ${seed}, ${name}: ${changeCount} of ${trace.changes.length} changes, ${unsynced} unsynced`,
      ).toEqual([]);
    }
  });

  it("would notice a database that does not sync", async () => {
    const changeCount = acknowledged.at(-1)?.changeCount ?? 0;
    const lost = await lostAfter("unsynced", { changeCount, unsynced: "none", ignoreSyncs: true }).catch(() => [
      "does not open",
    ]);
    expect(lost).not.toEqual([]);
  });
});
