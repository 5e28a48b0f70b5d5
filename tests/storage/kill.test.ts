import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededChance } from "../../src/clock/chance.ts";
import { type DatabasePlace, openDatabase } from "../../src/storage/open-database.ts";
import { bundledScript } from "../support/bundled-script.ts";
import { freshFolder } from "../support/database.ts";
import { freshStore, onEachStore, type Store } from "../support/fresh-store.ts";

/** On each engine. */
const rounds = Number(process.env.GUIWEI_KILL_ROUNDS ?? 3);
const script = fileURLToPath(new URL("./write-until-killed.ts", import.meta.url));
const timeout = 60_000 * (rounds + 3);

let writer: Awaited<ReturnType<typeof bundledScript>>;
beforeAll(async () => {
  writer = await bundledScript(script);
}, 60_000);
afterAll(() => writer?.remove());

/** Starts the child on a database; resolves once it writes, or with what it said when it could not. */
function startWriter(place: DatabasePlace, from: number) {
  const child = spawn(process.execPath, [writer.path, JSON.stringify(place), String(from)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let complained = "";
  child.stderr.on("data", (bytes: Buffer) => {
    complained += bytes;
  });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const writing = new Promise<boolean>((resolve) => {
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes;
      if (said.startsWith("open\n")) resolve(true);
    });
    void exited.then(() => resolve(false));
  });
  return {
    child,
    writing,
    exited,
    acknowledged: () => said.split("\n").slice(1, -1).map(Number),
    complained: () => complained,
  };
}

onEachStore("kill -9 of a program that writes", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await freshStore(engine);
  }, 60_000);
  afterAll(() => store?.remove(), 60_000);
  const lock = () => existsSync(join(store.dataDir, "database", "guiwei.lock"));

  it(`loses no acknowledged row in ${rounds} rounds, and the next start takes over`, { timeout }, async () => {
    const seed = `${process.env.GUIWEI_SEED ?? "kill"}/${engine}`;
    const chance = seededChance(seed);
    const acknowledged: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const started = startWriter(store.place, round * 1_000_000);
      expect(await started.writing, started.complained()).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 200 + chance.below(1_500)));
      started.child.kill("SIGKILL");
      await started.exited;
      acknowledged.push(...started.acknowledged());
      expect(lock()).toBe(engine === "embedded");
    }
    const database = await openDatabase(store.place);
    const rows = await database.sql<{ n: string }[]>`SELECT n FROM written`;
    await database.close();
    const stored = new Set(rows.map((row) => Number(row.n)));
    expect(acknowledged.length, `seed ${seed}`).toBeGreaterThan(rounds);
    expect(acknowledged.filter((n) => !stored.has(n))).toEqual([]);
    expect(lock()).toBe(false);
  });
});

describe("the lock of a data folder", { timeout: 120_000 }, () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = freshFolder();
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it("refuses a second program with a sentence that names the first", async () => {
    const first = await openDatabase({ dataDir });
    const second = startWriter({ dataDir }, 0);
    expect(await second.writing).toBe(false);
    expect(second.complained()).toMatch(
      /The data folder \/.* is in use by another Guiwei \(pid \d+\) since \d{4}-\d\d-\d\dT/,
    );
    expect(second.complained()).toContain(`(pid ${process.pid})`);
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: "database-locked" });
    await first.close();
  });

  it("is not fooled by a dead holder's pid that another program has now", async () => {
    const lock = join(dataDir, "guiwei.lock");
    const first = await openDatabase({ dataDir });
    const text = JSON.parse(readFileSync(lock, "utf8")) as Record<string, unknown>;
    await first.close();
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(lock, JSON.stringify({ ...text, startTicks: "1" }));
    expect(text.hostname).toBe(hostname());
    await (await openDatabase({ dataDir })).close();
    writeFileSync(lock, "{ cut sho");
    await (await openDatabase({ dataDir })).close();
  });
});
