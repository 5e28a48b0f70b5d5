/** A data folder that the program of commit 49259c1, the baseline, wrote itself and left by kill -9: today's opens it, and all is there. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { verifyJournal } from "../../src/journal/verify.ts";
import { knownMigrations } from "../../src/storage/known-migrations.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { openDatabase } from "../../src/storage/open-database.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const baseline = "49259c1dfbafc43cf9b70a367cf7fd8ec3310a17";
const parts = [
  "src",
  "simulators",
  "firmware-protocols",
  "bin",
  "package.json",
  "tsconfig.json",
  "tests/faults/small-site.yaml",
];
const writer = "write-as-before.mjs";
const writerMsMax = 240_000;
const isThere = spawnSync("git", ["cat-file", "-e", `${baseline}^{commit}`], { cwd: root }).status === 0;
const skipped = isThere ? "" : " (SKIPPED: this clone does not hold commit 49259c1)";

interface Written {
  rows: Record<string, number>;
  journal: { chain: string; revision: number; kind: string; subject: string; hash: string }[];
  faults: unknown[];
  holderId: string;
}

const folder = mkdtempSync(join(tmpdir(), "guiwei-before-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program as it was, with today's packages; of those that it no longer finds, the web server's alone, an empty one. */
function checkOut(): string {
  const program = join(folder, "program");
  mkdirSync(program);
  // An index of its own: that of this checkout stays as it is.
  execFileSync("git", [`--work-tree=${program}`, "checkout", "-q", baseline, "--", ...parts], {
    cwd: root,
    env: { ...process.env, GIT_INDEX_FILE: join(folder, "index") },
  });
  symlinkSync(join(root, "node_modules"), join(program, "node_modules"));
  const gone = join(program, "src/server/node_modules/@fastify/under-pressure");
  mkdirSync(gone, { recursive: true });
  writeFileSync(join(gone, "package.json"), '{"name":"@fastify/under-pressure","type":"module","main":"index.js"}');
  writeFileSync(join(gone, "index.js"), "export default null;\n");
  copyFileSync(new URL(`./${writer}`, import.meta.url), join(program, writer));
  return program;
}

function write(program: string, dataDir: string): Promise<Written> {
  const words = ["--import", "tsx", writer, program, dataDir];
  return new Promise((resolve, reject) =>
    execFile(
      process.execPath,
      words,
      { cwd: program, timeout: writerMsMax, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error?.signal === "SIGKILL" && stdout.endsWith("}")) resolve(JSON.parse(stdout) as Written);
        else reject(new Error(`the old program: ${error?.message} ${stderr}`));
      },
    ),
  );
}

describe.skipIf(!isThere)(`a folder of the old program's own${skipped}`, () => {
  it("is opened, brought forward, and everything is there", { timeout: 480_000 }, async () => {
    const dataDir = join(folder, "data");
    const old = await write(checkOut(), dataDir);
    expect(old.faults).toEqual([]);
    expect(old.rows).toMatchObject({ boxes: 30, people: 1, loans: 3 });
    // Its lock is in the folder still: whoever held it is dead.
    expect(existsSync(join(dataDir, "database/guiwei.lock"))).toBe(true);

    const { db, sql, close } = await openDatabase({ dataDir: join(dataDir, "database") });
    await migrate(sql);
    const applied = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM drizzle.__drizzle_migrations`;
    expect(applied[0]?.n).toBe(knownMigrations().length);
    for (const [table, rows] of Object.entries(old.rows)) {
      const [now] = await sql.unsafe<{ n: number }[]>(`SELECT count(*)::int AS n FROM "${table}"`);
      expect(now?.n, table).toBe(rows);
    }
    expect(await sql`SELECT chain, revision::int AS revision, kind, subject, hash FROM journal ORDER BY 1, 2`).toEqual(
      old.journal,
    );
    expect(await verifyJournal(db)).toMatchObject({ rows: old.journal.length, faults: [] });
    const lent = await sql<{ barcode: string; holder: string }[]>`
      SELECT barcode, holder_id AS holder FROM boxes WHERE place = 'person' ORDER BY 1`;
    expect(lent).toEqual([0, 1, 2].map((i) => ({ barcode: `OLD-${i}`, holder: old.holderId })));
    await close();
  });
});
