// `npm run dev`: the demo, started again whenever a source file of the gateway or the twin changes, and the console from vite,
// which loads changed parts into the open page. Ctrl-C ends both.
import { spawn } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { createServer } from "vite";

const watched = ["src", "simulators", "firmware-protocols", "bin", "sites"];
/** An editor writes a file in several steps, and a checkout many files. */
const quietMs = 300;
const port = process.env.PORT ?? "8080";
const consolePort = Number(process.env.DEV_PORT ?? 5173);
const consoleUrl = `http://localhost:${consolePort}`;

if (!existsSync("node_modules/vite")) {
  console.error("缺少依赖，请先运行 npm ci。/ Dependencies are missing: run npm ci first.");
  process.exit(1);
}
process.env.GUIWEI_URL = `http://127.0.0.1:${port}`;

let demo = null;
let isWanted = true;
let timer = null;

function startDemo() {
  const env = { ...process.env, PORT: port, ORIGINS: [process.env.ORIGINS, consoleUrl].filter(Boolean).join(",") };
  const started = spawn(process.execPath, ["bin/guiwei.mjs", "demo"], { stdio: ["ignore", "inherit", "inherit"], env });
  demo = started;
  started.once("exit", (code) => {
    demo = null;
    // One that ended by itself said why; the next change of a file starts it again.
    if (isWanted && code !== 0)
      console.error(
        `演示已结束（${code}），改动文件后重新启动。/ The demo ended (${code}); it starts again with the next change.`,
      );
  });
}

async function stopDemo() {
  const ending = demo;
  if (!ending) return;
  const ended = new Promise((resolve) => ending.once("exit", resolve));
  ending.kill("SIGTERM");
  await ended;
}

let restarting = Promise.resolve();
function restart() {
  restarting = restarting.then(async () => {
    if (!isWanted) return;
    console.log("源文件有改动，重新启动网关。/ A source file changed: the gateway starts again.");
    await stopDemo();
    startDemo();
  });
}

for (const folder of watched) {
  watch(folder, { recursive: true }, (_, name) => {
    if (!name || !/\.(ts|mjs|sql|ya?ml|json)$/.test(name) || /\.test\.ts$/.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(restart, quietMs);
  });
}

startDemo();
const vite = await createServer({ configFile: "web/vite.config.ts", server: { port: consolePort, strictPort: true } });
await vite.listen();
console.log(`控制台（随改随看）/ Console, reloading: ${consoleUrl}`);

for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, async () => {
    isWanted = false;
    await vite.close();
    await stopDemo();
    process.exit(0);
  });
