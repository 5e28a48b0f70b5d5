/**
 * The embedded broker as a process of its own, kept running: what kills it or floods it touches no serial line. It dies: it is
 * started again on the same port, and devices come back by themselves. It says nothing: its links are down, then it is ended.
 */
import { type Clock, withTimeout } from "../../clock/clock.ts";
import type { BrokerCounts } from "../../contract/broker-counts.ts";
import { Refusal } from "../../contract/errors.ts";
import type { DeviceHealth } from "../../contract/ports.ts";
import type { InsideBroker } from "../mqtt-link.ts";
import type { BeginWord, SaidWord } from "./broker-words.ts";
import { frameKinds, jsonFrame } from "./ear-frames.ts";
import { openEar } from "./open-ear.ts";
import { type BrokerChild, spawnBroker } from "./spawn-broker.ts";
import { type BrokerLog, watchBroker } from "./watch-broker.ts";

export interface KeepBrokerOptions extends Omit<BeginWord, "aliveMs"> {
  clock: Clock;
  log: BrokerLog;
  spawn?: () => BrokerChild;
}

export interface KeptBroker extends InsideBroker {
  readonly port: number;
  /** Null while it is being started again. */
  readonly pid: number | null;
  counts(): BrokerCounts;
  health(): DeviceHealth;
  close(): Promise<void>;
}

const startMsMax = 30_000;
const aliveMs = 500;
const lookMs = 500;
/** Nothing heard for so long: its links are down. */
const silentMsMax = 3_000;
/** And for so long: it is held for good, and a new one takes its place. */
const heldMsMax = 10_000;
const restartMsMin = 50;
const restartMsMax = 1_000;
/** Running for so long, its restarts begin small again. */
const steadyMs = 10_000;
const endMsMax = 4_000;

/** Resolves when it listens; refuses with listen-port-in-use when somebody else does. */
export async function keepBroker(options: KeepBrokerOptions): Promise<KeptBroker> {
  const { clock, log, spawn = spawnBroker, ...begin } = options;
  const ear = openEar(clock, "embedded");
  const watch = watchBroker(clock, log);
  /** The first one's, kept for all later ones: devices know it. */
  let port = begin.port;
  let child: BrokerChild | null = null;
  let phase: "starting" | "up" | "silent" | "dead" | "closed" = "starting";
  let hasStarted = false;
  let attempt = 0;
  let startedMonoMs = clock.monoMs();
  let cancelRestart = () => {};
  let hear: (word: SaidWord) => void = () => {};

  const away = (detail: string) => new Refusal("broker-offline", { address: `127.0.0.1:${port}`, detail });

  function up(running: BrokerChild): void {
    phase = "up";
    ear.up(running.channel);
    watch.up();
  }

  function down(now: "silent" | "dead" | "closed", reason: Refusal): void {
    phase = now;
    ear.down(reason);
    watch.down(reason);
  }

  ear.onSaid((raw) => {
    const word = raw as SaidWord;
    if (word.say === "refused") log.warn({ reason: word.reason, address: word.address }, "broker refused");
    else if (word.say === "alive") watch.alive(word);
    else hear(word);
  });

  /** One process, from its start until it listens; after that its death starts the next. */
  function start(): Promise<void> {
    const starting = spawn();
    child = starting;
    phase = "starting";
    startedMonoMs = clock.monoMs();
    ear.listen(starting.channel);
    const ready = new Promise<void>((resolve, reject) => {
      hear = (word) => {
        if (child !== starting || phase === "closed") return;
        if (word.say === "failed") reject(refusalOf(word));
        if (word.say !== "ready") return;
        port = word.port;
        up(starting);
        resolve();
      };
      starting.onExit((how) => {
        reject(away(how));
        ended(starting, how);
      });
    });
    starting.channel.write(jsonFrame(frameKinds.begin, { ...begin, port, aliveMs } satisfies BeginWord));
    return withTimeout(clock, ready, startMsMax, () => away(`no answer in ${startMsMax / 1000} s`));
  }

  function refusalOf({ code, detail }: Extract<SaidWord, { say: "failed" }>): Refusal {
    return code === "EADDRINUSE" ? new Refusal("listen-port-in-use", { port, setting: "MQTT_PORT" }) : away(detail);
  }

  function ended(dead: BrokerChild, how: string): void {
    if (child !== dead) return;
    child = null;
    if (phase === "closed") return;
    log.warn({ how, lastWords: dead.lastWords() }, "the broker's process ended");
    down("dead", away(how));
    if (hasStarted) startAgain();
  }

  function startAgain(): void {
    if (clock.monoMs() - startedMonoMs > steadyMs) attempt = 0;
    const pauseMs = Math.min(restartMsMax, restartMsMin * 2 ** Math.min(attempt++, 10));
    cancelRestart = clock.after(pauseMs, () => {
      if (phase === "closed") return;
      watch.restarted();
      const before = startedMonoMs;
      // Also of a system that has no process or no memory for it, which it says at once.
      new Promise<void>((resolve) => resolve(start())).then(
        () => log.info({ port }, "the broker runs again"),
        (error: unknown) => {
          log.warn({ err: error }, "the broker did not start again");
          // Its end begins the next try; one that ended already has done so, and one that never was has no end.
          if (child) child.kill();
          else if (before === startedMonoMs && phase !== "closed") startAgain();
        },
      );
    });
  }

  let lookedMonoMs = clock.monoMs();
  function look(): void {
    cancelLook = clock.after(lookMs, look);
    const nowMs = clock.monoMs();
    // Held ourselves: what it said meanwhile is still to be read.
    const wasHeld = nowMs - lookedMonoMs > 2 * lookMs;
    lookedMonoMs = nowMs;
    if (!child || wasHeld || (phase !== "up" && phase !== "silent")) return;
    const silentMs = nowMs - ear.heardMonoMs;
    if (silentMs > heldMsMax) child.kill();
    else if (silentMs > silentMsMax && phase === "up") {
      log.warn({ silentMs }, "the broker says nothing");
      down("silent", away(`silent for ${silentMsMax / 1000} s`));
    } else if (silentMs <= silentMsMax && phase === "silent") up(child);
  }
  let cancelLook = clock.after(lookMs, look);

  try {
    await start();
    hasStarted = true;
  } catch (error) {
    phase = "closed";
    cancelLook();
    (child as BrokerChild | null)?.kill();
    throw error;
  }
  return {
    get port() {
      return port;
    },
    get pid() {
      return child?.pid ?? null;
    },
    openInside: () => ear.openLink(),
    health: () => watch.health,
    onHealth: watch.onHealth,
    onAlarmsHeld: watch.onAlarmsHeld,
    counts: () => ({ ...watch.counts(), lateMessages: ear.lateMessages }),
    async close() {
      cancelRestart();
      cancelLook();
      const ending = child;
      down("closed", away("closed"));
      await ending?.end(endMsMax);
    },
  };
}
