/**
 * The running gateway's own backups, on both databases: made while others write, read back, pruned, told. What a backup is made
 * of is looked at on each engine, with its processes; when one is made and what is said of it needs neither, and shares a context.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { backupName } from "../../src/backups/backup-name.ts";
import type { BackupPlace } from "../../src/backups/make-backup.ts";
import { backupRoutes } from "../../src/backups/routes.ts";
import { type Backups, runBackups } from "../../src/backups/run-backups.ts";
import type { BackupsView } from "../../src/contract/backups.ts";
import type { Jobs } from "../../src/jobs/jobs.ts";
import { backup } from "../../src/storage/backup.ts";
import { backupServing } from "../../src/storage/backup-serving.ts";
import { writeRow, writtenIn } from "../support/backup-rows.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";
import { until } from "../support/gateway-process.ts";
import { testJobs } from "../support/jobs.ts";
import { jobsHere } from "../support/jobs-here.ts";

const asked = { actor: "gateway", reason: null };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Settings {
  everyHours?: number;
  filesKept?: number;
  isQuiet?(): boolean;
  write?: BackupPlace["write"];
  jobs?: Jobs;
}

let parent: string;
let folder: string;
let context: TestContext;
let running: Backups[];
const failures: unknown[] = [];
const copyFolder = () => join(parent, "copy");
const files = () => readdirSync(folder).sort();

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "guiwei-backups-"));
  folder = join(parent, "backups");
  running = [];
  failures.length = 0;
});
afterEach(async () => {
  for (const one of running) await one.close();
  // The next test's gateway may be this one: what was told is told.
  context.rows.length = 0;
  rmSync(parent, { recursive: true, force: true });
});

const serving: BackupPlace["write"] = (file, signal) =>
  backupServing(context.database, file, { clock: context.clock, jobs: testJobs, signal, copyFolder: copyFolder() });

const checkBy =
  (jobs: Jobs): BackupPlace["check"] =>
  (file, signal) =>
    jobs.run({ kind: "check-backup", asked: { file }, source: "backups", signal });

/** As a gateway's start makes it: a second one is a restart. */
function start(settings: Settings = {}): Backups {
  const { everyHours = 24, filesKept = 14, isQuiet = () => true, write = serving, jobs = jobsHere } = settings;
  const check = checkBy(jobs);
  const onFailure = (error: unknown) => void failures.push(error);
  const notStill = () => (isQuiet() ? [] : ["r1.1"]);
  const kept = { folder, filesKept, everyHours };
  const backups = runBackups({ context: context.context, ...kept, notStill, write, check, onFailure });
  running.push(backups);
  return backups;
}

async function make(backups: Backups): Promise<BackupsView> {
  // No two have one name, as no two can be made within a millisecond.
  context.clock.advance(1);
  backups.begin(asked);
  await backups.idle();
  return backups.view();
}

const told = (kind: string) => context.rows.filter((row) => row.kind === kind);

for (const { engine: kind, skipped } of testDatabases()) {
  const engine = kind === "postgres" ? "postgres" : "folder";
  const name = `a backup of a gateway at work (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`;
  describe.skipIf(skipped !== null)(name, { timeout: 180_000 }, () => {
    beforeAll(async () => {
      context = await openContext(engine);
    });
    afterAll(() => context.close());

    it("holds what was acknowledged when it was made, and others go on writing meanwhile", async () => {
      let acknowledged = 0;
      for (; acknowledged < 200; acknowledged++) await writeRow(context.context, acknowledged);
      let atItsEnd = 0;
      const backups = start({
        jobs: testJobs,
        write: async (file, signal) => {
          const header = await serving(file, signal);
          atItsEnd = acknowledged;
          return header;
        },
      });
      let isOver = false;
      const writer = (async () => {
        for (; !isOver; acknowledged++) await writeRow(context.context, acknowledged);
      })();
      const before = acknowledged;
      backups.begin(asked);
      await backups.idle();
      isOver = true;
      await writer;

      const { files, failure, running } = await backups.view();
      expect({ count: files.length, failure, running }).toEqual({ count: 1, failure: null, running: null });
      const path = join(folder, files[0]?.file as string);
      const held = await writtenIn(path, engine);
      expect(held).toEqual(Array.from(held, (_, i) => i));
      expect(held.length).toBeGreaterThanOrEqual(before);
      // It was held for a moment of that time, not for all of it.
      expect(atItsEnd - held.length).toBeGreaterThan(engine === "folder" ? 10 : 0);

      const bytes = readFileSync(path);
      expect(told("backup.made").map((row) => row.body)).toMatchObject([
        {
          name: files[0]?.file,
          rows: files[0]?.rows,
          bytes: bytes.length,
          sha256: createHash("sha256").update(bytes).digest("hex"),
        },
      ]);
      expect(existsSync(copyFolder())).toBe(false);
    });

    it("is thrown away when the disk changed it, told, and leaves the older ones", async () => {
      let isDamaging = false;
      const backups = start({
        jobs: testJobs,
        filesKept: 1,
        write: async (file) => {
          const header = await backup(context.database, file, { madeAtMs: context.clock.nowMs() });
          if (!isDamaging) return header;
          const bytes = readFileSync(file);
          const middle = bytes.length >> 1;
          bytes[middle] = (bytes[middle] as number) ^ 0x10;
          writeFileSync(file, bytes);
          return header;
        },
      });
      const good = await make(backups);
      isDamaging = true;
      const bad = await make(backups);
      expect(bad.files).toEqual(good.files);
      expect(files()).toEqual(good.files.map(({ file }) => file));
      expect(bad.failure).toMatchObject({ code: "backup-damaged", zh: expect.stringContaining("读回时有误") });
      expect(told("backup.failed").map((row) => row.body)).toMatchObject([
        { code: "backup-damaged", why: { en: expect.stringContaining("did not read back as it was written") } },
      ]);
      expect(failures).toHaveLength(1);
    });

    it("ends at once when the gateway closes, and leaves nothing behind", async () => {
      const backups = start({ jobs: testJobs });
      backups.begin(asked);
      await backups.close();
      expect(existsSync(folder) ? files() : []).toEqual([]);
      // A copy that was given up goes with its last file.
      await expect.poll(() => existsSync(copyFolder()), { timeout: 20_000 }).toBe(false);
      expect(told("backup.failed")).toEqual([]);
      await writeRow(context.context, 1);
    });
  });
}

describe("the gateway's backups", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    context = await openContext("embedded");
  });
  afterAll(() => context.close());

  it("keeps the newest of its own and touches nothing else", async () => {
    const backups = start({ filesKept: 2 });
    const [first] = (await make(backups)).files;
    const others = ["archive.guiwei", "notes.txt", `${backupName(1)}.txt`, backupName(2)];
    for (const other of others) writeFileSync(join(folder, other), "not ours");
    // Somebody's own copy of one of ours is theirs.
    writeFileSync(join(folder, "archive.guiwei"), readFileSync(join(folder, first?.file as string)));
    const [second] = (await make(backups)).files;
    const { files: kept } = await make(backups);
    expect(kept.map(({ file }) => file)).toEqual([expect.any(String), second?.file]);
    expect(files()).toEqual([...others, ...kept.map(({ file }) => file)].sort());
    expect(told("backup.made").at(-1)?.body.removed).toEqual([first?.file]);
  });

  it("makes one by itself some minutes after the start and then each day, also after a restart", async () => {
    let isQuiet = false;
    const first = start({ isQuiet: () => isQuiet });
    const looked = async (backups: Backups, ms: number) => {
      for (let left = ms; left > 0; left -= 5 * minuteMs) {
        context.clock.advance(5 * minuteMs);
        // A look reads a real folder.
        await new Promise((resolve) => setTimeout(resolve, 5));
        await backups.idle();
      }
    };
    // Carriages are moving: it waits for them, for as long as a person would.
    await looked(first, 10 * minuteMs);
    expect(told("backup.made")).toHaveLength(0);
    isQuiet = true;
    await looked(first, 10 * minuteMs);
    await until("the first one", () => told("backup.made").length === 1);
    await looked(first, 22 * hourMs);
    expect(told("backup.made")).toHaveLength(1);
    await first.close();
    const restarted = start();
    await looked(restarted, hourMs);
    expect(told("backup.made")).toHaveLength(1);
    await looked(restarted, 2 * hourMs);
    expect(told("backup.made").map((row) => row.actor)).toEqual(["gateway", "gateway"]);
    expect(restarted.standing()).toMatchObject({ isLate: false, failure: null });
  });

  it("waits for the carriages to stand still when it is asked for, and says that it waits", async () => {
    let isQuiet = false;
    const backups = start({ isQuiet: () => isQuiet });
    backups.begin({ actor: "person:wang", reason: "before the move" });
    for (let waited = 0; waited < minuteMs; waited += 1_000) {
      context.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await backups.view()).running).toMatchObject({ step: "waiting" });
    expect(existsSync(folder) ? files() : []).toEqual([]);
    isQuiet = true;
    context.clock.advance(1_000);
    await backups.idle();
    const view = await backups.view();
    expect([view.files.length, view.running]).toEqual([1, null]);
    expect(told("backup.made")).toMatchObject([{ actor: "person:wang", reason: "before the move" }]);
  });

  it("says which area was in the way when they never stood, also with a clock set back, and ends in the middle of waiting", async () => {
    const backups = start({ isQuiet: () => false });
    backups.begin(asked);
    for (let waited = 0; waited < 11 * minuteMs; waited += 1_000) {
      if (waited === minuteMs) context.clock.setWallBy(-5 * hourMs);
      context.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await backups.idle();
    expect((await backups.view()).failure).toMatchObject({
      code: "backup-not-still",
      zh: expect.stringMatching(/10 分钟内密集架一直没有停稳（r1.1）/),
      en: expect.stringMatching(/did not stand still for 10 minutes \(r1.1\)/),
    });
    expect(told("backup.failed")).toMatchObject([{ body: { durationMs: expect.closeTo(10 * minuteMs, -4) } }]);
    context.clock.setWallBy(5 * hourMs);
    backups.begin(asked);
    await backups.close();
  });

  it("fails aloud when an automatic one is due and an area never stands: its controller fell silent while it moved", async () => {
    const backups = start({ isQuiet: () => false });
    for (let minutes = 0; minutes < 600 && told("backup.failed").length === 0; minutes++) {
      context.clock.advance(minuteMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(backups.standing().failure).toMatchObject({ code: "backup-not-still" });
    await backups.close();
  });

  it("tries again after a failure, ever later, and says so until one is made, whatever is done to the clock", async () => {
    let isBroken = true;
    const backups = start({
      write: (file, signal) => (isBroken ? Promise.reject(new Error("no luck")) : serving(file, signal)),
    });
    const passed = async (ms: number) => {
      for (let left = ms; left > 0; left -= 5 * minuteMs) {
        context.clock.advance(5 * minuteMs);
        await new Promise((resolve) => setTimeout(resolve, 5));
        await backups.idle();
      }
    };
    await passed(3 * hourMs);
    context.clock.setWallBy(-20 * hourMs);
    await passed(21 * hourMs);
    const tries = told("backup.failed").length;
    expect(tries).toBeGreaterThanOrEqual(7);
    expect(tries).toBeLessThanOrEqual(12);
    expect(backups.standing()).toMatchObject({ newestAtMs: null, isLate: false, failure: { code: "backup-failed" } });
    await passed(25 * hourMs);
    expect(backups.standing()).toMatchObject({ isLate: true });
    isBroken = false;
    await passed(5 * hourMs);
    expect(backups.standing()).toMatchObject({ isLate: false, failure: null });
    expect(backups.ageAndFailure()).toEqual({ ageSeconds: expect.any(Number), hasFailed: false });
    context.clock.setWallBy(20 * hourMs);
  });

  it("says in a plain sentence that its folder is a file", async () => {
    writeFileSync(folder, "a file");
    expect((await make(start())).failure).toMatchObject({
      code: "backup-no-folder",
      zh: `备份目录 ${folder} 不是文件夹：请检查 BACKUP_DIR。`,
    });
  });

  it("gives up one that takes hours", async () => {
    let isWriting = false;
    const backups = start({
      write: (_file, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          isWriting = true;
        }),
    });
    backups.begin(asked);
    await until("it waits", () => isWriting);
    context.clock.advance(2 * hourMs);
    await backups.idle();
    expect(backups.standing().failure?.code).toBe("backup-too-slow");
  });
});

describe("backups by the API", { timeout: 60_000 }, () => {
  it("are made, listed and taken by an administrator; a second at the same time is refused", async () => {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let backups: Backups | null = null;
    const late = { view: () => backups?.view(), begin: (one: typeof asked) => backups?.begin(one) };
    context = await openContext("embedded", {
      features: [
        (app, made) =>
          backupRoutes(app, {
            context: made,
            folder,
            backups: { ...late, list: () => backups?.list(), standing: () => backups?.standing() } as Backups,
          }),
      ],
    });
    onTestFinished(() => context.close());
    const mine = start({
      write: async (file) => {
        await gate;
        return backup(context.database, file, { madeAtMs: context.clock.nowMs() });
      },
    });
    backups = mine;
    const { headers, person } = await context.signedIn(["administrator"]);
    const post = (body: object) =>
      context.app.inject({ method: "POST", url: "/api/v1/backups", headers, payload: body });
    const get = (url: string, as: Record<string, string> = headers) => context.app.inject({ url, headers: as });

    expect((await post({ reason: "  " })).statusCode).toBe(400);
    const begun = await post({ reason: "升级前" });
    expect([begun.statusCode, begun.json()]).toMatchObject([202, { running: { step: "writing" }, files: [] }]);
    const second = await post({ reason: "again" });
    expect([second.statusCode, second.json()]).toMatchObject([
      409,
      { code: "backup-running", zh: "正在备份：请等这一次结束。" },
    ]);
    goOn();
    await mine.idle();
    const view = (await get("/api/v1/backups")).json<BackupsView>();
    expect(view).toMatchObject({ running: null, failure: null, everyHours: 24, filesKept: 14 });
    expect(told("backup.made")).toMatchObject([{ actor: `person:${person.id}`, reason: "升级前" }]);
    expect((await get("/api/v1/backups/standing", context.as("archivist"))).json()).toEqual({
      newestAtMs: view.files[0]?.madeAtMs,
      isLate: false,
      failure: null,
    });

    const file = view.files[0]?.file as string;
    const taken = await get(`/api/v1/backups/${file}`);
    expect(taken.rawPayload.equals(readFileSync(join(folder, file)))).toBe(true);
    expect(taken.headers["content-disposition"]).toBe(`attachment; filename="${file}"`);
    expect(told("backup.downloaded")).toMatchObject([{ actor: `person:${person.id}`, body: { name: file } }]);

    writeFileSync(join(parent, backupName(5)), readFileSync(join(folder, file)));
    writeFileSync(join(folder, "other.guiwei"), "other");
    for (const path of [
      `..%2F${backupName(5)}`,
      "..%2f..%2fetc%2fpasswd",
      "other.guiwei",
      `.%2F${file}`,
      backupName(7),
    ])
      expect((await get(`/api/v1/backups/${path}`)).statusCode, path).toBe(404);
    expect(told("backup.downloaded")).toHaveLength(1);
  });
});
