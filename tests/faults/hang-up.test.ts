/** The terminal is closed while shelves move, or while it starts: the gateway ends in order, and with it all that it started. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasSocat } from "../../simulators/wires/pty.ts";
import type { AreaView } from "../../src/contract/aisles.ts";
import type { List } from "../../src/contract/lists.ts";
import { freePort } from "../support/free-port.ts";
import { freshStore, openGatewayProcess, type Store, type TestGateway, until } from "../support/gateway-process.ts";
import { smallSiteFile } from "../support/small-site.ts";

const areaKeys = ["r1.1", "r1.2"];
const isLinux = process.platform === "linux";

/** All that a process started, and what those did. */
function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const below = (one: number): number[] => (children.get(one) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
const lockOf = (dataDir: string) => join(dataDir, "database/guiwei.lock");
const holderOf = (dataDir: string) => (JSON.parse(readFileSync(lockOf(dataDir), "utf8")) as { pid: number }).pid;

describe.skipIf(!isLinux)("a closed terminal (finds processes in /proc: Linux)", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess("embedded");
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  it("SIGHUP to the gateway and all of its children while both areas move: STOP reaches both controllers, then it ends", async () => {
    const { twin } = gateway;
    const areas = await Promise.all(
      areaKeys.map(async (areaKey) => {
        await until(`${areaKey} may open`, async () => {
          await twin.tell({ do: "key", area: areaKey, key: "reset" });
          const { may } = (await gateway.ask("GET", `/api/v1/areas/${areaKey}`)).body as AreaView;
          return may?.["open:1"] === true && may?.["open:2"] === true;
        });
        const { openAisle } = (await twin.area(areaKey)).controller;
        return { areaKey, aisle: openAisle === 1 ? 2 : 1 };
      }),
    );
    await twin.tell({ do: "speed", factor: 0.3 });
    for (const { areaKey, aisle } of areas)
      await until(`${areaKey} rolls`, async () => {
        void gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle }).catch(() => {});
        return (await twin.area(areaKey)).controller.columns.some(({ motion }) => motion !== "still");
      });
    const pid = holderOf(gateway.store.dataDir);
    const children = descendants(pid);
    const commands = children.map(commandOf).join("\n");
    for (const entry of ["motion-process", "door-process", "serve-broker"]) expect(commands).toContain(entry);
    for (const one of [...children, pid]) process.kill(one, "SIGHUP");

    await until("it has ended", () => gateway.ended() !== null);
    expect([gateway.ended(), gateway.said()]).toEqual([0, expect.any(String)]);
    // None of them went before the gateway had told it to.
    expect(gateway.said()).not.toMatch(/process ended|door ended|motion ended/);
    // Closed, not abandoned: nobody has to wait for its lock.
    expect(existsSync(lockOf(gateway.store.dataDir))).toBe(false);
    await until("nothing of it is left", () => children.every((child) => !isAlive(child)));
    for (const areaKey of areaKeys) {
      const { controller } = await twin.area(areaKey);
      // A controller whose beat stays away says that; a STOP makes it latch.
      expect([areaKey, controller.activity]).toEqual([areaKey, "stopped"]);
    }
    await gateway.start();
    const { items: rows } = await gateway.call<List<{ kind: string; subject: string }>>(
      "GET",
      "/api/v1/journal?chain=room:r1&limit=200",
    );
    for (const areaKey of areaKeys)
      expect(rows.filter(({ kind, subject }) => kind === "area.stopped" && subject === `area:${areaKey}`)).not.toEqual(
        [],
      );
  }, 300_000);
});

describe.skipIf(!isLinux)("while it starts", () => {
  const stores: Store[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.remove();
  });

  async function start(
    env: Record<string, string>,
    command: readonly string[] = [process.execPath, "bin/guiwei.mjs", "serve"],
  ) {
    // Made and filled before: a first start makes its database, which no limit of ours covers on a slow machine.
    const store = await freshStore("embedded");
    stores.push(store);
    const { dataDir } = store;
    const [program = "", ...words] = command;
    const child = spawn(program, words, {
      env: {
        ...process.env,
        SITE_FILE: smallSiteFile,
        PORT: "0",
        STOP_PORT: "0",
        MQTT_PORT: "0",
        DATA_DIR: dataDir,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (said += bytes));
    const ended = new Promise<[number | null, string | null]>((resolve) =>
      child.once("exit", (code, signal) => resolve([code, signal])),
    );
    return { dataDir, child, said: () => said, ended };
  }

  it.each(["SIGHUP", "SIGTERM", "SIGINT"] as const)(
    "%s: a database that is away is waited for no longer",
    async (signal) => {
      const away = `postgres://guiwei@127.0.0.1:${await freePort()}/guiwei`;
      const { child, said, ended } = await start({ DATABASE_URL: away });
      await until("it waits", () => said().includes("does not answer yet"));
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(said()).toContain("Told to end while starting");
      expect(said()).toContain("启动中收到结束信号");
    },
    180_000,
  );

  it.each([0, 300, 1_000, 2_500])(
    "SIGHUP %i ms after it took its folder: what was begun is closed, and the folder is free",
    async (ms) => {
      const { child, dataDir, ended, said } = await start({});
      await until("it has its folder", () => existsSync(lockOf(dataDir)));
      await new Promise((resolve) => setTimeout(resolve, ms));
      const children = descendants(child.pid ?? 0);
      child.kill("SIGHUP");
      expect([await ended, said()]).toEqual([[0, null], expect.any(String)]);
      expect(existsSync(lockOf(dataDir))).toBe(false);
      await until("nothing of it is left", () => children.every((one) => !isAlive(one)));
    },
    180_000,
  );

  it("a real terminal that goes away, with all that was to be written to it", async (context) => {
    if (!(await hasSocat())) context.skip("needs socat");
    const serve = `EXEC:${process.execPath} bin/guiwei.mjs serve,pty,setsid,ctty,stderr`;
    const { child, dataDir, said } = await start({ LOG_LEVEL: "info" }, ["socat", "-u", serve, "STDOUT"]);
    await until("it serves", () => /Guiwei: http/.test(said()));
    const pid = holderOf(dataDir);
    const children = descendants(pid);
    child.kill("SIGKILL");
    await until("it has ended", () => !isAlive(pid));
    expect(existsSync(lockOf(dataDir))).toBe(false);
    await until("nothing of it is left", () => children.every((one) => !isAlive(one)));
  }, 180_000);
});
