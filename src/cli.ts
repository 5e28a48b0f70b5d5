/** `guiwei …`: all commands in one file, because each only parses its arguments and calls its function. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { buildConsole } from "./build-console.ts";
import { systemClock } from "./clock/clock.ts";
import { backupFolderOf, readSettings, type Settings } from "./config.ts";
import { Refusal } from "./contract/errors.ts";
import { stackOf } from "./contract/told-error.ts";
import { type Ending, endInOrder, endSignals } from "./end-in-order.ts";
import { beginStart, openDemoStorage, openStorage } from "./open-first.ts";
import { openLog } from "./open-log.ts";
import { readLayout, readText, siteLines } from "./read-layout.ts";
import { sayFailure } from "./say-failure.ts";
import { checkSite } from "./site/check-site.ts";
import { layoutOf } from "./site/layout.ts";
import { parseSite } from "./site/parse-site.ts";
import type { FirstSpawner } from "./spawn-first.ts";
import type { Database } from "./storage/open-database.ts";
import { programVersion as version } from "./storage/program-version.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const webRoot = fileURLToPath(new URL("../dist/web", import.meta.url));
const say = (line: string) => console.log(line);
const sayAside = (line: string) => console.error(line);

/** For commands that run until they are told to end. */
let ending: Ending | null = null;
function runOn(signals: readonly NodeJS.Signals[] = endSignals): Ending {
  // The reader of our output may go away; that must not end the program.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  ending = endInOrder({ program: process, say: sayAside, fail, signals });
  return ending;
}

/** Read once; `fail` also finds in it where backups are. */
let settingsRead: Settings | null = null;
function settingsOf(env: Readonly<Record<string, string | undefined>>): Settings {
  settingsRead = readSettings(env);
  return settingsRead;
}

/** Prints a plain sentence in both languages instead of a stack trace. */
function fail(error: unknown): never {
  const lines = sayFailure(error, settingsRead);
  if (lines) for (const line of lines) console.error(line);
  else console.error(stackOf(error));
  process.exit(1);
}

async function withDatabase(work: (database: Database, settings: Settings) => Promise<void>): Promise<void> {
  const settings = settingsOf(process.env);
  const { openForCommand } = await import("./standby/open-led.ts");
  const database = await openForCommand(settings, systemClock(), sayAside);
  try {
    await work(database, settings);
  } finally {
    await database.close();
  }
}

/** Everything that a gateway needs and that changes nothing: console, program, site. */
async function prepareGateway(settings: Settings, spawner: FirstSpawner) {
  await buildConsole(root, webRoot, say);
  const [{ openGateway }, { openBrokerAccess }] = await Promise.all([
    import("./pipeline.ts"),
    import("./broker-access.ts"),
  ]);
  const links = settings.LINKS_FILE ? JSON.parse(readFileSync(settings.LINKS_FILE, "utf8")) : undefined;
  const [layout, log] = [readLayout(settings.SITE_FILE), openLog(settings.LOG_LEVEL)];
  const options = { settings, layout, log, webRoot, version, spawner };
  return { openGateway, openBrokerAccess, options: { ...options, ...(links ? { links } : {}) } };
}

const program = new Command("guiwei")
  .description("归位：智能档案库房控制器 / smart archive-room controller")
  .version(version);

program
  .command("demo")
  .description("演示：孪生库房、网关、控制台 / the demo: twin, gateway, console")
  .action(async () => {
    const { stopsMotionBy, endsBecause, closesBy, told } = runOn();
    const settings = settingsOf({ DATA_DIR: "data/demo", MQTT_PORT: "0", LOG_LEVEL: "warn", ...process.env });
    const spawner = await beginStart(settings);
    const { runDemo } = await import("./demo/run-demo.ts");
    const demo = await runDemo({
      settings,
      layout: readLayout(settings.SITE_FILE),
      log: openLog(settings.LOG_LEVEL),
      webRoot,
      version,
      ...{ say, stopsMotionBy, endsBecause, spawner },
      openStorage: () => openDemoStorage(settings, endsBecause, told),
      buildConsole: () => buildConsole(root, webRoot, say),
    });
    closesBy(demo.close);
    say(`归位演示已就绪 / the demo is ready\n  ${demo.link}\n  孪生 / twin: ${demo.twinUrl}`);
  });

program
  .command("serve")
  .description("运行网关 / run the gateway")
  .action(async () => {
    const { stopsMotionBy, endsBecause, closesBy, told } = runOn();
    const settings = settingsOf(process.env);
    const spawner = await beginStart(settings);
    if (settings.DATABASE_URL) {
      const [{ serveLed }, { openBrokerAccess, options }] = await Promise.all([
        import("./serve-led.ts"),
        prepareGateway(settings, spawner),
      ]);
      const openBroker = () => openBrokerAccess(settings, options.layout, options.log);
      const exit = (code: number) => process.exit(code);
      const deps = { settings, options, openBroker, say, sayAside, exit, stopsMotionBy, endsBecause, told };
      closesBy(await serveLed(deps));
      return;
    }
    // The embedded database starts in a thread of its own; meanwhile this one loads the program and reads the site.
    const opening = openStorage(settings, told);
    const preparing = prepareGateway(settings, spawner);
    const { gateway, broker } = await openWhole().catch(async (error: unknown) => {
      // Otherwise its folder stays locked, and a restarted container cannot tell that nobody uses it. A server has no such lock.
      if (!settings.DATABASE_URL) await opening.then((database) => database.close()).catch(() => {});
      throw error;
    });
    async function openWhole() {
      // A wrong site file is reported at once, however long the database takes.
      await Promise.race([opening, preparing.then(() => opening)]);
      told.throwIfAborted();
      const { openGateway, openBrokerAccess, options } = await preparing;
      const broker = await openBrokerAccess(settings, options.layout, options.log);
      const gateway = await openGateway({
        ...options,
        mqtt: broker.mqtt,
        motionMqtt: broker.motion,
        database: opening,
        stopsMotionBy,
        endsBecause,
      });
      return { gateway, broker };
    }
    closesBy(async () => {
      await gateway.close();
      await broker.close();
    });
    say(`归位 / Guiwei: ${gateway.url}`);
    const [{ makeSetUpCode }, { randomBytes }] = await Promise.all([
      import("./people/one-time-codes.ts"),
      import("node:crypto"),
    ]);
    const code = await makeSetUpCode(gateway.context, randomBytes);
    if (code) say(`首次设置码 / set-up code: ${code}`);
  });

program
  .command("twin")
  .description("运行孪生库房 / run the twin of a room")
  .option("--ends-with-stdin", "父进程结束时一并结束 / end when the parent does, however it ends")
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (options: { endsWithStdin?: boolean }, command: Command) => {
    // The parent handles a terminal's signals: its motion needs these lines to end in order.
    const { closesBy } = runOn(options.endsWithStdin ? ["SIGTERM"] : undefined);
    const { runTwin } = await import("../simulators/main.ts");
    const { close, ...twin } = await runTwin(command.args);
    closesBy(close);
    if (options.endsWithStdin) process.stdin.once("close", () => process.kill(process.pid, "SIGTERM")).resume();
    // Last, because the reader of this line may end us at once, and must find us ready to clean up.
    say(JSON.stringify({ twin: "ready", ...twin, pid: process.pid }));
  });

program
  .command("site")
  .description("场地文件 / the site file")
  .command("check")
  .argument("<file>")
  .description("逐条指出场地文件的错误 / names line and reason of every fault")
  .action(async (file: string) => {
    const parsed = parseSite(readText(file));
    const faults = checkSite(parsed);
    for (const line of siteLines(file, parsed, faults)) say(line);
    if (!parsed.site || faults.some((fault) => !fault.isWarning))
      throw new Refusal("site-invalid", { count: faults.length });
    const layout = layoutOf(parsed.site);
    say(
      `${file}: ${layout.areas.length} 区 / areas, ${layout.layerById.size} 层 / layers, ${layout.slotById.size} 储位 / slots ✓`,
    );
  });

program
  .command("probe")
  .argument("[port]", "串口、主机或 主机:端口 / a serial port, host or host:port")
  .description("不需要场地文件，直接看一台读写器 / look at one reader before any site exists")
  .option("--baud <baud>", "波特率 / baud rate", "115200")
  .option("--seconds <seconds>", "读取秒数 / seconds of reading", "5")
  .action(async (target: string | undefined, options: { baud: string; seconds: string }) => {
    const [{ probe }, { seededChance }] = await Promise.all([
      import("./devices/probe.ts"),
      import("./clock/chance.ts"),
    ]);
    const code = await probe({
      target: target ?? null,
      baud: Number(options.baud),
      seconds: Number(options.seconds),
      language: (process.env.LANG ?? "").startsWith("en") ? "en" : "zh",
      clock: systemClock(),
      chance: seededChance(process.pid),
      write: say,
    });
    process.exit(code);
  });

program
  .command("replay")
  .argument("<file>", "录制的读数 / recorded reads (docs/replay.md)")
  .requiredOption("--site <file>", "场地文件 / the site file")
  .option("--boxes <file>", "档案盒与真实位置 / boxes, and where they truly were")
  .option("--json", "输出 JSON / as JSON")
  .description("用盘点的同一判断重放读数 / judges recorded reads as a count does")
  .action(async (file: string, options: { site: string; boxes?: string; json?: boolean }) => {
    const { replayToScreen } = await import("./replay/print-replay.ts");
    const files = [...(options.boxes ? [options.boxes] : []), file];
    const result = await replayToScreen(readLayout(options.site), files, options.json ?? false, say);
    if (result.refused.length > 0) process.exitCode = 1;
  });

program
  .command("calibrate")
  .argument("<area>", "区，如 r1.1 / an area's key, e.g. r1.1")
  .option("--from <stocktake...>", "用这些已完成的盘点 / learn from these finished stocktakes")
  .description("用盘点标定天线，存为新版本 / learns what antennas hear, as a new version")
  .action((areaKey: string, options: { from?: string[] }) =>
    withDatabase(async ({ db }, { SITE_FILE }) => {
      const { calibrateFromCommand } = await import("./calibrate-from-command.ts");
      await calibrateFromCommand(db, readLayout(SITE_FILE), { areaKey, stocktakeIds: options.from }, say);
    }),
  );

program
  .command("backup")
  .argument("<file>")
  .description("备份数据库到一个文件 / back up the database into one file")
  .action((file: string) =>
    withDatabase(async (database) => {
      const { backup } = await import("./storage/backup.ts");
      const header = await backup(database, file);
      say(`${file}: ${header.tables.reduce((sum, table) => sum + table.rowCount, 0)} 行 / rows ✓`);
    }).catch((error: Error & { code?: string }) => {
      if (error.code !== "database-locked") throw error;
      const folder = backupFolderOf(settingsOf(process.env));
      throw new Refusal("backup-gateway-runs", { folder, detail: error.message });
    }),
  );

program
  .command("restore")
  .argument("<file>")
  .option("--force", "覆盖现有数据 / replace what is there")
  .description("从备份恢复 / restore a backup")
  .action(async (file: string, options: { force?: boolean }) => {
    const { restoreFromCommand } = await import("./restore-from-command.ts");
    await restoreFromCommand(readSettings(process.env), file, options, { say, sayAside });
  });

program
  .command("lift-epochs")
  .description("数据库落后于控制器时提升控制权期数 / when the database is behind the controllers")
  .action(() =>
    withDatabase(async (database, { SITE_FILE }) => {
      const { liftEpochsFromCommand } = await import("./lift-epochs-from-command.ts");
      await liftEpochsFromCommand(database, readLayout(SITE_FILE), say);
    }),
  );

program
  .command("journal")
  .description("日志 / the journal")
  .command("verify")
  .description("找出被改、缺失或换序的任何一行 / finds any changed, missing or reordered row")
  .action(() =>
    withDatabase(async ({ db }) => {
      const { verifyFromCommand } = await import("./verify-from-command.ts");
      if (!(await verifyFromCommand(db, say))) process.exitCode = 1;
    }),
  );

program
  .command("mosquitto-files")
  .argument("<folder>")
  .description("为外部 Mosquitto 写出口令与权限文件 / password and ACL files for an external Mosquitto")
  .action(async (folder: string) => {
    const settings = settingsOf(process.env);
    const { writeMosquittoFiles } = await import("./write-mosquitto-files.ts");
    for (const file of writeMosquittoFiles(settings, readLayout(settings.SITE_FILE), folder)) say(file);
  });

await program.parseAsync().catch((error: unknown) => {
  if (!ending?.startFailed()) fail(error);
});
