/** From starting the program to its first good /health, with a gateway with 100 000 boxes in the embedded database. */
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadSite } from "../../src/room/load-site.ts";
import { type BenchDatabases, contextOf, layoutOfSite } from "./bench-context.ts";
import { fillBoxes } from "./fill-boxes.ts";
import { addressOf, endProgram } from "./gateway-program.ts";
import { type BenchOptions, type Measure, measured, median, skipped, within } from "./measure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readyMsMax = 120_000;

export async function measureStart({ isQuick, say }: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const boxes = isQuick ? 2_000 : 100_000;
  const site = isQuick ? "demo.yaml" : "hall-100k.yaml";
  const name = `start to ready, embedded, ${boxes} boxes`;
  if (!existsSync(`${root}/dist/web/index.html`))
    return [skipped(name, "the console is not built yet (npm start builds it)")];
  const database = await databases.open("embedded");
  const layout = layoutOfSite(site);
  let folder = "";
  try {
    await loadSite(contextOf(database, layout));
    await fillBoxes(database, layout, 0, boxes);
    folder = await database.keep();
    const seconds: number[] = [];
    // The first start is not counted: it may replay and check what the filling left.
    for (let i = 0; i < (isQuick ? 2 : 6); i++) seconds.push(await startOnce(folder, site));
    say(`starts: ${seconds.map((one) => one.toFixed(2)).join(" ")} s`);
    const counted = seconds.slice(1);
    return [
      measured({
        name,
        value: median(counted),
        unit: "s",
        ratioTo: "node and tsx alone",
        ratio: median(counted) / (await startBare()),
        goal: { of: "value", atMost: 2 },
      }),
    ];
  } finally {
    await database.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds until the program says its address and answers that it is up. */
async function startOnce(folder: string, site: string): Promise<number> {
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: folder,
    SITE_FILE: `sites/${site}`,
    PORT: "0",
    MQTT_PORT: "0",
    LOG_LEVEL: "fatal",
  };
  const start = performance.now();
  const child = spawn(process.execPath, ["bin/guiwei.mjs", "serve"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const url = await within(readyMsMax, "the gateway's start", addressOf(child));
    const answer = await fetch(`${url}/health`);
    if (!answer.ok) throw new Error(`/health: ${answer.status}`);
    return (performance.now() - start) / 1000;
  } finally {
    await endProgram(child);
  }
}

async function startBare(): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    const child = spawn(process.execPath, ["--import", "tsx", "--eval", "0"], { cwd: root, stdio: "ignore" });
    await new Promise((resolve) => child.once("exit", resolve));
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}
