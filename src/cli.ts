/** `guiwei …`: one file a command would be too many; each command only reads its words and calls its verb. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { pino } from "pino";
import { readSettings, type Settings } from "./config.ts";
import { Refusal, sentence } from "./contract/errors.ts";
import { layoutOf } from "./site/layout.ts";
import { parseSite } from "./site/parse-site.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const webRoot = fileURLToPath(new URL("../dist/web", import.meta.url));
const say = (line: string) => console.log(line);

/** A plain sentence in both languages instead of a stack trace. */
function fail(error: unknown): never {
  if (error instanceof Refusal) {
    console.error(`${sentence(error.code, "zh", error.params)}\n${error.message}`);
  } else if (error instanceof Error && "code" in error && typeof error.code === "string") {
    console.error(error.message);
  } else {
    console.error(error);
  }
  process.exit(1);
}

function logger(settings: Settings) {
  return pino({ level: settings.LOG_LEVEL });
}

function readLayout(file: string) {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Refusal("site-unreadable", { file });
  }
  const { site, faults } = parseSite(text);
  for (const fault of faults) console.error(`${file}:${fault.line} ${fault.path} ${fault.reason}`);
  if (!site) throw new Refusal("site-invalid", { count: faults.length });
  return layoutOf(site);
}

/** Ctrl-C closes everything in order; a second one does not wait. */
function closeOnSignal(close: () => Promise<void>): void {
  let isClosing = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (isClosing) process.exit(1);
      isClosing = true;
      close().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

async function buildConsole(): Promise<void> {
  if (existsSync(`${webRoot}/index.html`)) return;
  say("正在构建控制台（仅首次）… / building the console (first time only)…");
  const { build } = await import("vite");
  await build({ root: `${root}/web`, logLevel: "warn" });
}

const program = new Command("guiwei")
  .description("归位：智能档案库房控制器 / smart archive-room controller")
  .version(version);

program
  .command("demo")
  .description("演示：孪生库房、网关、控制台 / the living room: twin, gateway, console")
  .action(async () => {
    const settings = readSettings({ DATA_DIR: "data/demo", MQTT_PORT: "0", LOG_LEVEL: "warn", ...process.env });
    await buildConsole();
    const { runDemo } = await import("./demo/run-demo.ts");
    const demo = await runDemo({
      settings,
      layout: readLayout(settings.SITE_FILE),
      log: logger(settings),
      webRoot,
      version,
      say,
    });
    closeOnSignal(demo.close);
    say(`归位演示已就绪 / the living room is ready\n  ${demo.link}\n  孪生 / twin: ${demo.twinUrl}`);
  });

program
  .command("serve")
  .description("运行网关 / run the gateway")
  .action(async () => {
    const settings = readSettings(process.env);
    await buildConsole();
    const [{ openGateway }, { makeSetUpCode }, { randomBytes }] = await Promise.all([
      import("./pipeline.ts"),
      import("./people/one-time-codes.ts"),
      import("node:crypto"),
    ]);
    const links = settings.LINKS_FILE ? JSON.parse(readFileSync(settings.LINKS_FILE, "utf8")) : undefined;
    const gateway = await openGateway({
      settings,
      layout: readLayout(settings.SITE_FILE),
      log: logger(settings),
      webRoot,
      version,
      ...(links ? { links } : {}),
    });
    closeOnSignal(gateway.close);
    say(`归位 / Guiwei: ${gateway.url}`);
    const code = await makeSetUpCode(gateway.house, randomBytes);
    if (code) say(`首次设置码 / set-up code: ${code}`);
  });

program
  .command("twin")
  .description("运行孪生库房 / run the twin of a room")
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (_options: unknown, command: Command) => {
    const { runTwin } = await import("../simulators/main.ts");
    const twin = await runTwin(command.args);
    closeOnSignal(twin.close);
  });

await program.parseAsync().catch(fail);
