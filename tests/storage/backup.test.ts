import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, inject, it } from "vitest";
import { backup } from "../../src/storage/backup.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { restore } from "../../src/storage/restore.ts";
import { freshDatabase, type TestEngine } from "../support/database.ts";
import { fillDatabase } from "./fill-database.ts";

const folder = mkdtempSync(join(tmpdir(), "guiwei-backup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything in a backup but when and where it was made; rows without their order. */
function contentOf(file: string): unknown {
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
  const { tables, sequences, migrations } = JSON.parse(header as string) as Record<string, unknown>;
  const rows: string[] = [];
  let table = "";
  for (const line of lines.slice(0, -1)) {
    if (line.startsWith("{")) table = line;
    else rows.push(`${table} ${line}`);
  }
  return { tables, sequences, migrations, rows: rows.sort() };
}

async function using<T>(engine: TestEngine, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await freshDatabase(engine);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const missing = inject("databasePlaces").postgresMissing;
/** A loaded machine starts PGlite slowly. */
const timeout = 180_000;
const roads: [TestEngine, TestEngine][] = [
  ["embedded", "postgres"],
  ["postgres", "embedded"],
  ["folder", "folder"],
];

describe("backup and restore", { timeout }, () => {
  for (const [from, to] of roads) {
    const skip = missing !== null && (from === "postgres" || to === "postgres");
    it.skipIf(skip)(`moves everything from ${from} to ${to}${skip ? `, SKIPPED: ${missing}` : ""}`, async () => {
      const first = join(folder, `${from}-${to}-1.gz`);
      const second = join(folder, `${from}-${to}-2.gz`);
      const header = await using(from, async (database) => {
        await fillDatabase(database, 2_500);
        return backup(database, first);
      });
      expect(header.tables.find((table) => table.name === "journal")?.rowCount).toBe(2_500);
      await using(to, async (database) => {
        await restore(database, first);
        await backup(database, second);
        // The schema is whole: the journal is append-only again.
        await expect(database.sql`UPDATE journal SET reason = 'x'`).rejects.toThrow("append-only");
      });
      expect(contentOf(second)).toEqual(contentOf(first));
    });
  }

  it("refuses a database that is not empty, and replaces it when forced", async () => {
    const file = join(folder, "forced.gz");
    await using("embedded", async (database) => {
      await fillDatabase(database, 10);
      await backup(database, file);
      await fillDatabase(database, 5, 10);
      await expect(restore(database, file)).rejects.toMatchObject({ code: "database-not-empty" });
      expect((await database.sql`SELECT 1 FROM journal`).length).toBe(15);
      await restore(database, file, { force: true });
      expect((await database.sql`SELECT 1 FROM journal`).length).toBe(10);
    });
  });

  it("changes nothing when the file is damaged, cut short, of another build or no backup", async () => {
    const file = join(folder, "whole.gz");
    await using("embedded", async (database) => {
      await fillDatabase(database, 20);
      await backup(database, file);
      const text = gunzipSync(readFileSync(file)).toString("utf8");
      const lines = text.split("\n");
      const broken: Record<string, Buffer> = {
        "a changed row": gzipSync(text.replace("entry 7", "entry 8")),
        "a lost row": gzipSync(lines.filter((line) => !line.includes("entry 7")).join("\n")),
        "no trailer": gzipSync(lines.slice(0, -2).join("\n")),
        "half a file": readFileSync(file).subarray(0, 600),
        "a flipped byte": flipped(readFileSync(file)),
        "a text": Buffer.from("hello"),
        "another format": gzipSync(text.replace('"format":1', '"format":2')),
      };
      for (const [name, bytes] of Object.entries(broken)) {
        writeFileSync(join(folder, "broken.gz"), bytes);
        await expect(restore(database, join(folder, "broken.gz"), { force: true }), name).rejects.toMatchObject({
          code: "backup-unreadable",
        });
      }
      writeFileSync(join(folder, "broken.gz"), gzipSync(text.replace(/"hash":"[0-9a-f]{8}/, '"hash":"00000000')));
      await expect(restore(database, join(folder, "broken.gz"), { force: true })).rejects.toMatchObject({
        code: "backup-other-schema",
      });
      await expect(restore(database, join(folder, "absent.gz"), { force: true })).rejects.toMatchObject({
        code: "backup-unreadable",
      });
      expect((await database.sql`SELECT 1 FROM journal`).length).toBe(20);
    });
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] as number) ^ 0x10;
  return copy;
}
