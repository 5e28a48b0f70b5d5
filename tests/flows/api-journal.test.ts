import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import { change } from "../../src/journal/change.ts";
import { hashRow } from "../../src/journal/hash-row.ts";
import { journalRow } from "../../src/journal/read-journal.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { journal } from "../../src/storage/schema/journal.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";

const chain = "room:r1";
/** More than two pages of the verification. */
const rowsWritten = 1_203;

async function writeRows(context: Context, count: number): Promise<void> {
  for (let from = 0; from < count; from += 401) {
    await change(context, async (_tx, { note }) => {
      for (let i = from; i < Math.min(count, from + 401); i++)
        note({
          chain,
          actor: "person:1",
          kind: "box.placed",
          subject: `box:${i % 7}`,
          body: { slot: i, 名: "张三", nested: { b: [1, null, "x"], a: 0.5 } },
        });
    });
  }
}

describe.each(testDatabases().filter(({ skipped }) => skipped === null))("journal ($engine)", ({ engine }) => {
  let opened: TestContext;
  beforeAll(async () => {
    opened = await openContext(engine);
  });
  afterAll(() => opened.close());

  const unguarded = async (work: () => Promise<unknown>) => {
    const { db } = opened.context;
    await db.execute(sql`ALTER TABLE journal DISABLE TRIGGER ALL`);
    await work();
    await db.execute(sql`ALTER TABLE journal ENABLE TRIGGER ALL`);
  };
  beforeEach(async () => {
    await unguarded(() => opened.context.db.execute(sql`DELETE FROM journal`));
    await opened.context.db.execute(sql`DELETE FROM chain_heads`);
    await writeRows(opened.context, rowsWritten);
  });
  const verify = () => verifyJournal(opened.context.db);
  const rowAt = async (revision: number) => {
    const rows = await opened.context.db.select().from(journal).where(sql`chain = ${chain} AND revision = ${revision}`);
    return journalRow(rows[0] as (typeof rows)[number]);
  };

  test("untouched, nothing is found; progress is told page by page", async () => {
    await writeRows(opened.context, 3);
    const told: number[] = [];
    const report = await verifyJournal(opened.context.db, { onProgress: (rows) => told.push(rows) });
    expect(report).toEqual({ rows: rowsWritten + 3, faults: [], isCapped: false });
    expect(told.at(-1)).toBe(rowsWritten + 3);
    // A page is what one piece of work may be, so their number is the rows' size.
    expect(told.length).toBeGreaterThan(2);
    expect(told.every((rows, i) => rows - (told[i - 1] ?? 0) <= 500)).toBe(true);
  });

  test("the database refuses changes while its triggers stand", async () => {
    await expect(opened.context.db.execute(sql`DELETE FROM journal WHERE revision = 1`)).rejects.toThrow();
    await expect(opened.context.db.execute(sql`UPDATE journal SET actor = 'x'`)).rejects.toThrow();
  });

  test.each([
    ["actor", sql`actor = 'person:2'`],
    ["time", sql`at_ms = at_ms + 1`],
    ["reason", sql`reason = 'x'`],
    ["body", sql`body = body || '{"slot": 9999}'`],
    ["hash", sql`hash = repeat('f', 64)`],
  ])("a changed %s is found", async (_, changed) => {
    await unguarded(() => opened.context.db.execute(sql`UPDATE journal SET ${changed} WHERE revision = 600`));
    expect((await verify()).faults).toEqual([{ chain, revision: 600, what: "changed" }]);
  });

  test("a deleted row in the middle, a deleted first row, several", async () => {
    await unguarded(() =>
      opened.context.db.execute(sql`DELETE FROM journal WHERE revision IN (1, 700) OR revision BETWEEN 900 AND 950`),
    );
    expect((await verify()).faults).toEqual([
      { chain, revision: 1, what: "missing" },
      { chain, revision: 700, what: "missing" },
      { chain, revision: 900, what: "missing" },
    ]);
  });

  test("a cut-off tail is found, also with its head set back to a wrong hash", async () => {
    await unguarded(() => opened.context.db.execute(sql`DELETE FROM journal WHERE revision > 1200`));
    expect((await verify()).faults[0]).toEqual({ chain, revision: 1201, what: "missing" });
    await opened.context.db.execute(sql`UPDATE chain_heads SET revision = 1200`);
    expect((await verify()).faults).toEqual([{ chain, revision: 1200, what: "head" }]);
  });

  test("two rows that changed places are found", async () => {
    await unguarded(async () => {
      await opened.context.db.execute(sql`UPDATE journal SET revision = 100000 WHERE revision = 500`);
      await opened.context.db.execute(sql`UPDATE journal SET revision = 500 WHERE revision = 501`);
      await opened.context.db.execute(sql`UPDATE journal SET revision = 501 WHERE revision = 100000`);
    });
    expect((await verify()).faults).toEqual([
      { chain, revision: 500, what: "reordered" },
      { chain, revision: 501, what: "reordered" },
    ]);
  });

  test("a row that was changed and hashed again is found, in the middle and at the end", async () => {
    for (const revision of [800, rowsWritten]) {
      const row = await rowAt(revision);
      const forged = { ...row, actor: "person:2" };
      await unguarded(() =>
        opened.context.db.execute(
          sql`UPDATE journal SET actor = 'person:2', hash = ${hashRow(forged)} WHERE revision = ${revision}`,
        ),
      );
    }
    expect((await verify()).faults).toEqual([
      { chain, revision: 800, what: "changed" },
      { chain, revision: rowsWritten, what: "head" },
    ]);
  });

  test("rows put behind the head, a lost head, and rows without any chain are found", async () => {
    const last = await rowAt(rowsWritten);
    const extra = { ...last, revision: rowsWritten + 1, prevHash: last.hash };
    await opened.context.db.insert(journal).values({ ...extra, hash: hashRow(extra) });
    expect((await verify()).faults).toEqual([{ chain, revision: rowsWritten + 1, what: "head" }]);
    await opened.context.db.execute(sql`DELETE FROM chain_heads`);
    expect((await verify()).faults).toEqual([{ chain, revision: rowsWritten + 1, what: "head" }]);
    await unguarded(() => opened.context.db.execute(sql`DELETE FROM journal`));
    await opened.context.db.execute(sql`INSERT INTO chain_heads VALUES ('room:r9', 4, ${last.hash})`);
    expect((await verify()).faults).toEqual([{ chain: "room:r9", revision: 1, what: "missing" }]);
  });

  test("a thousand faults are told, the rest is only counted", async () => {
    await unguarded(() => opened.context.db.execute(sql`UPDATE journal SET actor = 'x'`));
    const report = await verify();
    expect(report.faults).toHaveLength(1000);
    expect(report).toMatchObject({ isCapped: true, rows: rowsWritten });
  });

  test("rows that are appended while it runs are no fault", async () => {
    let done = false;
    const writing = (async () => {
      while (!done) await writeRows(opened.context, 5);
    })();
    for (let round = 0; round < 3; round++) expect((await verify()).faults).toEqual([]);
    done = true;
    await writing;
  });

  test("by the API: a chain from a revision on, a subject's history page by page, the verification", async () => {
    const ask = (url: string, role: "archivist" | "auditor" = "archivist") =>
      opened.app.inject({ url, headers: opened.as(role) });
    const tail = (await ask(`/api/v1/journal?chain=${chain}&after=1200&limit=2`)).json();
    expect(tail.head).toBe(rowsWritten);
    expect(tail.items.map((row: { revision: number }) => row.revision)).toEqual([1201, 1202]);
    expect(tail.items[0]).toEqual(await rowAt(1201));
    const seen: number[] = [];
    let cursor = "";
    do {
      const page = (await ask(`/api/v1/journal?subject=box:3&limit=50${cursor && `&cursor=${cursor}`}`)).json();
      seen.push(...page.items.map((row: { revision: number }) => row.revision));
      cursor = page.nextCursor ?? "";
    } while (cursor);
    const expected = Array.from({ length: rowsWritten }, (_, i) => i + 1).filter(
      (revision) => (revision - 1) % 7 === 3,
    );
    expect(seen).toEqual(expected.reverse());
    expect((await ask("/api/v1/journal")).statusCode).toBe(400);
    expect((await ask(`/api/v1/journal?chain=${chain}&subject=box:1`)).statusCode).toBe(400);
    expect((await ask("/api/v1/journal/verify")).statusCode).toBe(403);
    expect((await ask("/api/v1/journal/verify", "auditor")).json()).toEqual({
      rows: rowsWritten,
      faults: [],
      isCapped: false,
    });
  });
});
