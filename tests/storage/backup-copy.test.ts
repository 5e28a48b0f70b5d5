/** The copy that a backup of the embedded database is written from: given up, late, in somebody's way, without room; it holds nobody and stays nowhere. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type VirtualClock, virtualClock } from "../../src/clock/virtual-clock.ts";
import { backupServing } from "../../src/storage/backup-serving.ts";
import { checkBackup } from "../../src/storage/check-backup.ts";
import { copyCluster } from "../../src/storage/engine/copy-cluster.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { freshDatabase } from "../support/database.ts";
import { until } from "../support/gateway-process.ts";
import { testJobs } from "../support/jobs.ts";

let parent: string;
let clock: VirtualClock;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "guiwei-copy-"));
  clock = virtualClock(Date.UTC(2026, 0, 5));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const copyFolder = () => join(parent, "copy");
const left = () => (existsSync(copyFolder()) ? readdirSync(copyFolder()) : []);
const backUp = (database: Database, name: string, signal = new AbortController().signal) =>
  backupServing(database, join(parent, name), { clock, jobs: testJobs, signal, copyFolder: copyFolder() });

describe("a backup's copy", { timeout: 120_000 }, () => {
  let database: Database;
  /** Where copies were asked to; each waits until it may go on. */
  let asked: string[];
  let mayGoOn: () => void;
  let ended: Promise<unknown>[];
  beforeAll(async () => {
    database = await freshDatabase("folder");
    await database.sql`
      INSERT INTO imports (id, filename, state, actor, rows_total, rows_done, rows_refused, started_at_ms, summary)
      VALUES ('one', 'a.csv', 'done', 'gateway', 0, 0, 0, 0, '{}')`;
  }, 120_000);
  afterAll(() => database.close());
  beforeEach(() => {
    asked = [];
    ended = [];
  });

  /** An engine that comes to the copy only later: it runs a long statement. */
  function held(): Database {
    const { folder } = database;
    if (!folder) throw new Error("an engine with a folder");
    const gate = new Promise<void>((resolve) => {
      mayGoOn = resolve;
    });
    return {
      ...database,
      folder: {
        ...folder,
        copyInto(dataDir) {
          asked.push(dataDir);
          const copied = gate.then(() => folder.copyInto(dataDir));
          ended.push(copied.catch(() => {}));
          return copied;
        },
      },
    };
  }

  it("given up while it waits: refused at once, the next one is whole, and the late copy is thrown away", async () => {
    const stop = new AbortController();
    const first = backUp(held(), "first.guiwei", stop.signal);
    await until("the engine was asked", () => asked.length === 1);
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: "job-stopped" });
    expect(left()).toEqual([]);

    const second = backUp(held(), "second.guiwei");
    await until("the engine was asked again", () => asked.length === 2);
    expect(asked[1]).not.toBe(asked[0]);
    const goOn = mayGoOn;
    goOn();
    await second;
    expect((await checkBackup(join(parent, "second.guiwei"), () => {})).rows).toBe(1);
    expect(existsSync(join(parent, "first.guiwei"))).toBe(false);
    expect(left()).toEqual([]);
  });

  it("that comes after it was given up stays nowhere", async () => {
    const stop = new AbortController();
    const first = backUp(held(), "first.guiwei", stop.signal);
    await until("the engine was asked", () => asked.length === 1);
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: "job-stopped" });
    mayGoOn();
    await Promise.all(ended);
    await until("it is gone", () => left().length === 0);
  });

  it("has ten minutes, and then is told as too slow", async () => {
    const first = backUp(held(), "first.guiwei");
    const refused = expect(first).rejects.toMatchObject({ code: "job-too-slow", params: { secondsMax: 600 } });
    await until("the engine was asked", () => asked.length === 1);
    clock.advance(599_000);
    await turn();
    expect(existsSync(asked[0] ?? "")).toBe(true);
    clock.advance(1_000);
    await refused;
    mayGoOn();
    await Promise.all(ended);
  });

  it("that is still being written when it is given up hides no reason and is in nobody's way", async () => {
    let isWriting = false;
    let isOver = false;
    const { folder } = database;
    if (!folder) throw new Error("an engine with a folder");
    const writes: Database = {
      ...database,
      folder: {
        ...folder,
        async copyInto(dataDir) {
          isWriting = true;
          for (let i = 0; !isOver; i++) {
            mkdirSync(dataDir, { recursive: true });
            await Promise.all(Array.from({ length: 20 }, (_, no) => writeFile(join(dataDir, `${i}-${no}`), "x")));
          }
        },
      },
    };
    for (let round = 0; round < 5; round++) {
      const stop = new AbortController();
      isWriting = false;
      const given = backUp(writes, "given.guiwei", stop.signal);
      await until("it is written", () => isWriting);
      stop.abort();
      await expect(given).rejects.toMatchObject({ code: "job-stopped" });
    }
    isOver = true;
    await until("all of it is gone", () => left().length === 0);
    await backUp(database, "whole.guiwei");
    expect((await checkBackup(join(parent, "whole.guiwei"), () => {})).rows).toBe(1);
  });

  it("of a crash is taken away by the next", async () => {
    const crashed = join(copyFolder(), "00000000-crashed", "cluster");
    mkdirSync(crashed, { recursive: true });
    await writeFile(join(crashed, "PG_VERSION"), "18");
    await backUp(database, "whole.guiwei");
    expect(left()).toEqual([]);
  });
});

describe("copying a cluster", () => {
  it("copies files, folders and empty folders as they are, for nobody else's eyes", async () => {
    const [from, to] = [join(parent, "from"), join(parent, "to")];
    mkdirSync(join(from, "base", "1"), { recursive: true });
    mkdirSync(join(from, "pg_empty"));
    await writeFile(join(from, "PG_VERSION"), "18");
    await writeFile(join(from, "base", "1", "112"), Buffer.from([0, 1, 2]));
    copyCluster(from, to);
    expect(readdirSync(to, { recursive: true }).sort()).toEqual(
      ["PG_VERSION", "base", "base/1", "base/1/112", "pg_empty"].sort(),
    );
    expect([...readFileSync(join(to, "base", "1", "112"))]).toEqual([0, 1, 2]);
    expect(statSync(join(to, "base")).mode & 0o077).toBe(0);
  });

  it("leaves the database room on its disk: without it not a byte is copied", async () => {
    const [from, to] = [join(parent, "from"), join(parent, "to")];
    mkdirSync(from);
    await writeFile(join(from, "a"), "first");
    // Holds no blocks, and would fill the disk.
    const { bavail, bsize } = statfsSync(from);
    await writeFile(join(from, "b"), "");
    await truncate(join(from, "b"), bavail * bsize - 100 * 2 ** 20);
    expect(() => copyCluster(from, to)).toThrow(expect.objectContaining({ code: "ENOSPC" }));
    expect(readdirSync(to)).toEqual([]);
  });
});
