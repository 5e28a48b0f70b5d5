import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { openDatabase } from "../../src/storage/open-database.ts";
import { copyTree } from "../support/database-templates.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "guiwei-refused-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it("tells whoever backs up beside a running gateway that it makes its own, in both languages", async () => {
  const folder = join(dataDir, "database");
  copyTree(inject("databasePlaces").folder, folder);
  const running = await openDatabase({ dataDir: folder });
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
  const refused = await promisify(execFile)(process.execPath, ["bin/guiwei.mjs", "backup", join(dataDir, "b.guiwei")], {
    cwd: root,
    env,
  }).then(
    () => null,
    (error: { code: number; stderr: string }) => error,
  );
  await running.close();
  expect(refused?.code).toBe(1);
  expect(refused?.stderr).toContain(`运行中的网关会自己备份到 ${join(dataDir, "backups")}`);
  expect(refused?.stderr).toContain(`The running gateway makes its own backups in ${join(dataDir, "backups")}`);
}, 180_000);

it("says what is wrong with the site file, and leaves the data folder free for the next start", async () => {
  const folder = join(dataDir, "database");
  copyTree(inject("databasePlaces").folder, folder);
  const site = join(dataDir, "site.yaml");
  writeFileSync(site, "format: nothing\n");
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, SITE_FILE: site, PORT: "0", MQTT_PORT: "0" };
  const refused = await promisify(execFile)(process.execPath, ["bin/guiwei.mjs", "serve"], { cwd: root, env }).then(
    () => null,
    (error: { code: number; stderr: string }) => error,
  );
  expect(refused?.code).toBe(1);
  expect(refused?.stderr).toContain(`${site}:1 `);
  expect(existsSync(join(folder, "guiwei.lock"))).toBe(false);
  await (await openDatabase({ dataDir: folder })).close();
}, 180_000);
