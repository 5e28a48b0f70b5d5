/**
 * Motion and STOP's door go before every other thread of the program: where the system lets them rise, and where it lets nobody
 * (an ordinary user, a container without rights), and after their deaths. Linux alone keeps ranks by thread.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { getPriority, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { copyTree } from "../support/database-templates.ts";
import { freePort } from "../support/free-port.ts";
import { pause, until } from "../support/gateway-process.ts";
import { childrenOf, familyOf, ranksOf } from "../support/processes.ts";
import { smallSiteFile } from "../support/small-site.ts";

const nobody = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;
/** A checkout inside somebody's closed folder cannot be run by anybody else. */
const canBeNobody =
  isRoot && spawnSync(process.execPath, ["-e", "require('fs').accessSync('bin/guiwei.mjs')"], nobody).status === 0;
const serveMsMax = 300_000;
const motionEntry = "src/motion/motion-process.ts";
const doorEntry = "src/stop-door/door-process.ts";

async function run(user: Partial<typeof nobody>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-ranks-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  // Made before: what is looked at here is not how long a first start takes.
  const dataDir = join(folder, "data");
  mkdirSync(dataDir);
  copyTree(inject("databasePlaces").folder, join(dataDir, "database"));
  if (user.uid !== undefined) execFileSync("chown", ["-R", `${user.uid}:${nobody.gid}`, folder]);
  const places = { DATA_DIR: dataDir, SITE_FILE: smallSiteFile };
  const ports = { PORT: String(port), STOP_PORT: "0", MQTT_PORT: "0" };
  const child = spawn(process.execPath, ["bin/guiwei.mjs", "serve"], {
    env: { PATH: process.env.PATH, LOG_LEVEL: "warn", ...places, ...ports },
    stdio: ["ignore", "ignore", "inherit"],
    ...user,
  });
  const gateway = child.pid ?? 0;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const one = (entry: string) => childrenOf(gateway, entry)[0]?.pid ?? null;

  /** What is wrong with the ranks, or an empty list. */
  function wrong(): string[] {
    const [motion, door] = [one(motionEntry), one(doorEntry)];
    if (motion === null || door === null) return ["motion or the door is away"];
    const first = [...ranksOf(motion), ...ranksOf(door)];
    const last = Math.max(...first);
    const isRisen = last < getPriority();
    const beside = familyOf(gateway)
      .filter((pid) => pid !== motion && pid !== door)
      .flatMap((pid) => ranksOf(pid).map((rank) => ({ pid, rank })))
      .filter(({ rank }) => rank <= last);
    return [
      ...(first.every((rank) => rank === last) ? [] : [`not alike: ${first.join(" ")}`]),
      ...(last <= getPriority() ? [] : [`motion comes after ordinary programs: ${last}`]),
      // One small thread stays in front, to start the next motion there.
      ...(beside.length <= (isRisen ? 0 : 1) ? [] : [`beside motion (${last}): ${JSON.stringify(beside)}`]),
    ];
  }
  async function inOrder(): Promise<void> {
    await until("motion and its door go first", () => wrong().length === 0, 60_000).catch(() => {});
    await pause(500);
    expect(wrong()).toEqual([]);
  }

  try {
    await until(
      "it serves",
      async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
        return fetch(`${url}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      serveMsMax,
    );
    // Hashing makes the threads of the pool, where they are not made yet.
    const body = JSON.stringify({ login: "nobody", password: "nothing at all" });
    const headers = { "content-type": "application/json" };
    const refused = await fetch(`${url}/api/v1/session`, { method: "POST", body, headers });
    expect(refused.status).toBe(401);
    expect(ranksOf(gateway).length).toBeGreaterThan(6);
    expect(childrenOf(gateway, "serve-broker.ts")).toHaveLength(1);
    await inOrder();
    for (const entry of [motionEntry, doorEntry]) {
      const before = one(entry) ?? 0;
      process.kill(before, "SIGKILL");
      await until(`another ${entry}`, () => ![null, before].includes(one(entry)));
      await inOrder();
    }
  } finally {
    child.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

it.skipIf(platform() !== "linux")("as whoever runs the tests", () => run({}), 700_000);

it.skipIf(platform() !== "linux" || !canBeNobody)(
  "as a user who may not rise (needs root, and a checkout that others may read)",
  () => run(nobody),
  700_000,
);
