/**
 * The disk under the embedded database: full, not writable, damaged. What is said is followed to the letter, and it helps.
 * Each case has folders, disks and processes of its own, so all of them run beside one another.
 */
import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { backupName } from "../../src/backups/backup-name.ts";
import type { Health } from "../../src/contract/ports.ts";
import { copyTree } from "../support/database-templates.ts";
import { freePort } from "../support/free-port.ts";
import { openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import { mountDisk, noDisk, unmountDisk } from "../support/small-disk.ts";
import { smallSiteFile } from "../support/small-site.ts";

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };
/** A checkout inside somebody's closed folder cannot be run by anybody else. */
const isReadable =
  isRoot && spawnSync(process.execPath, ["-e", "require('fs').accessSync('bin/guiwei.mjs')"], nobody).status === 0;
const notNobody = isReadable ? null : "needs root, and a checkout that others may read";
if (notNobody !== null && process.env.GUIWEI_REQUIRE_DISK === "1")
  throw new Error(`GUIWEI_REQUIRE_DISK=1: ${notNobody}`);
const folders: string[] = [];
const fresh = () => {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-disk-"));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** `guiwei …` until it ends or serves. */
async function run(words: string[], dataDir: string, user: object = {}) {
  const port = await freePort();
  const child = spawn(process.execPath, ["bin/guiwei.mjs", ...words], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      SITE_FILE: smallSiteFile,
      PORT: String(port),
      STOP_PORT: "0",
      MQTT_PORT: "0",
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...user,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk));
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(
    "it has ended or serves",
    async () => child.exitCode !== null || (words[0] === "serve" && (await isUp())),
  );
  const code = child.exitCode;
  if (code === null) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    // Nothing is asked of this folder any more: an end in order would cost as much as half a start.
    child.kill("SIGKILL");
    await gone;
  }
  return { code, said };
}

describe
  .skipIf(notNobody !== null)
  .concurrent(`a data folder that cannot be written to${notNobody ? ` (SKIPPED: ${notNobody})` : ""}`, () => {
    it("is said in both languages, with what to do, and helps", async () => {
      const dataDir = fresh();
      copyTree(inject("databasePlaces").folder, join(dataDir, "database"));
      const { code, said } = await run(["serve"], dataDir, nobody);
      expect(code).toBe(1);
      expect(said).toContain(`不能写入数据目录：${join(dataDir, "database")}`);
      expect(said).toMatch(/chown -R/);
      expect(said).toContain(`The data folder cannot be written to: ${join(dataDir, "database")}`);
      expect(said).not.toMatch(/\n\s+at /);
      execFileSync("chown", ["-R", `${nobody.uid}:${nobody.gid}`, dataDir]);
      expect((await run(["serve"], dataDir, nobody)).code).toBe(null);
    }, 300_000);

    it("is said where the folder itself cannot be made", async () => {
      const { code, said } = await run(["serve"], join(fresh(), "data"), nobody);
      expect(code).toBe(1);
      expect(said).toContain("不能写入数据目录");
      expect(said).not.toMatch(/\n\s+at /);
    }, 180_000);
  });

describe.concurrent("a damaged embedded database", () => {
  /** A gateway with the backups of two days, damaged by each case in a copy of its own. */
  let context: string;
  beforeAll(async () => {
    context = fresh();
    copyTree(inject("databasePlaces").folder, join(context, "database"));
    mkdirSync(join(context, "backups"));
    const [older, newest] = backupsOf(context);
    expect((await run(["backup", newest], context)).said).toContain("rows ✓");
    copyFileSync(newest, older);
  }, 120_000);
  const backupsOf = (dataDir: string) => {
    const of = (atMs: number) => join(dataDir, "backups", backupName(atMs));
    return [of(Date.UTC(2026, 0, 2)), of(Date.UTC(2026, 0, 3))] as const;
  };
  const served = "its tables are cut off";
  const cluster = (dataDir: string) => join(dataDir, "database", "cluster");
  const cut = (file: string) => truncateSync(file, Math.min(100, statSync(file).size));
  const filesOf = (folder: string, name: RegExp) =>
    readdirSync(folder)
      .filter((file) => name.test(file))
      .map((file) => join(folder, file));

  it.each([
    ["its control file is empty", (dir: string) => truncateSync(join(cluster(dir), "global/pg_control"), 0)],
    ["its log is cut off", (dir: string) => filesOf(join(cluster(dir), "pg_wal"), /^[0-9A-F]{24}$/).forEach(cut)],
    ["its tables are cut off", (dir: string) => filesOf(join(cluster(dir), "base/5"), /^1[67]\d+$/).forEach(cut)],
    ["its folder is empty", (dir: string) => emptied(cluster(dir))],
  ] as const)(
    "%s: the newest backup is named, and the command that is said restores it",
    async (what, damage) => {
      const dataDir = join(fresh(), "data");
      copyTree(context, dataDir);
      damage(dataDir);
      const { code, said } = await run(["serve"], dataDir);
      expect(code).toBe(1);
      expect(said).toMatch(/数据库已损坏：.*请停止归位，把该目录改名留存，再恢复最新的备份/);
      const command = /The database is damaged: .* restore the newest backup: (.*)/.exec(said)?.[1] ?? "";
      expect(command).toContain(`node bin/guiwei.mjs restore "${backupsOf(dataDir)[1]}"`);
      const env = { PATH: process.env.PATH };
      const restored = await promisify(execFile)("sh", ["-c", command], { env });
      expect(restored.stdout).toContain("rows ✓");
      expect(existsSync(`${join(dataDir, "database")}.damaged`)).toBe(true);
      // What is restored knows nothing of what it replaces: one of them is served, the others are read to their end.
      if (what === served) expect((await run(["serve"], dataDir)).code).toBe(null);
      else expect(await run(["journal", "verify"], dataDir)).toMatchObject({ code: 0 });
    },
    400_000,
  );

  function emptied(folder: string): void {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  }
});

describe.skipIf(noDisk !== null).concurrent(`a full disk${noDisk ? ` (SKIPPED: ${noDisk})` : ""}`, () => {
  let disk: Disk;
  let other: Disk;
  let gateway: TestGateway | null = null;

  beforeAll(() => {
    disk = diskOf(400);
    other = diskOf(100);
  });
  afterAll(async () => {
    await gateway?.dispose();
    for (const { folder } of [disk, other]) unmountDisk(folder);
  }, 60_000);

  const health = async () => (await (await fetch(`${gateway?.url}/health`)).json()) as Health;
  const codes = async () => (await health()).problems.map(({ code }) => code);

  it("is warned of before, named when it comes, and nothing acknowledged is lost when there is room again", async () => {
    const opened = await openGatewayProcess("embedded", { DISK_WARN_MB: "150" }, { parent: disk.folder });
    gateway = opened;
    await until("the disks are known", async () => (await health()).disks.length === 2);
    expect(await codes()).toEqual([]);
    disk.leave(120);
    await until("a low disk is said", async () => (await codes()).includes("disk-low"));
    const metrics = await (await fetch(`${opened.url}/metrics`)).text();
    expect(metrics).toMatch(/guiwei_disk_free_bytes\{folder="data"\} \d+/);
    expect(metrics).toContain('guiwei_storage_problem{code="disk-low"} 1');
    disk.leave(0);
    await until("a full disk is said", async () => (await codes()).includes("disk-full"));
    const made: string[] = [];
    const refusals = new Set<string>();
    for (let n = 0; n < 4_000 && refusals.size === 0; n++) {
      const barcode = `F${n}`;
      const { status, body } = await opened.ask("POST", "/api/v1/boxes", {
        barcode,
        thicknessMm: 40,
        reason: "x".repeat(490),
      });
      if (status === 201) made.push(barcode);
      else refusals.add((body as { code: string }).code);
    }
    expect(
      [...refusals].filter((code) => !["storage-full", "storage-stopped", "database-away"].includes(code)),
    ).toEqual([]);
    expect(refusals.size).toBe(1);
    expect(opened.ended(), opened.said()).toBe(null);
    const found = await health();
    expect(found.problems.map(({ zh }) => zh).join("\n")).toMatch(/腾出空间|磁盘问题/);
    rmSync(disk.filler);
    // Either the engine bore it and serves again, or it had stopped: then the program ends in order, to be started anew.
    await until(
      "it serves again, or has ended",
      async () => opened.ended() !== null || (await codes()).length === 0,
      120_000,
    );
    if (opened.ended() !== null) {
      expect(opened.ended()).toBe(1);
      await opened.start();
    }
    for (const barcode of [made[0], made.at(-1)])
      if (barcode)
        expect(JSON.stringify((await opened.ask("GET", `/api/v1/search?q=${barcode}`)).body)).toContain(`"${barcode}"`);
    expect((await opened.ask("POST", "/api/v1/boxes", { barcode: "after", thicknessMm: 40 })).status).toBe(201);
    await pause(0);
  }, 600_000);

  it("is said at the start, in both languages, and a start after making room goes well", async () => {
    const dataDir = join(other.folder, "at-start");
    mkdirSync(dataDir);
    copyTree(inject("databasePlaces").folder, join(dataDir, "database"));
    other.leave(0);
    const { code, said } = await run(["serve"], dataDir);
    expect(code).toBe(1);
    expect(said).toContain("磁盘已满，数据库不能写入");
    expect(said).toContain("The disk is full, the database cannot write");
    rmSync(other.filler);
    expect((await run(["serve"], dataDir)).code).toBe(null);
  }, 300_000);
});

interface Disk {
  folder: string;
  /** What takes the place of what others wrote. */
  filler: string;
  leave(megabytes: number): void;
}

function diskOf(megabytes: number): Disk {
  const folder = fresh();
  mountDisk(folder, megabytes);
  const filler = join(folder, "filler");
  const freeMb = () => Number(execFileSync("df", ["-m", "--output=avail", folder]).toString().split("\n")[1]);
  return {
    folder,
    filler,
    leave(left) {
      writeFileSync(filler, "");
      if (left > 0) execFileSync("fallocate", ["-l", `${freeMb() - left}M`, filler]);
      // To the last byte: cat ends with the disk.
      else execFileSync("sh", ["-c", `cat /dev/zero > ${filler} 2>/dev/null || true`]);
    },
  };
}
