/** Starts the broker's process and waits until it listens; starts the next one when it dies. */
import { type Clock, withTimeout } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { BeginWord, SaidWord } from "./broker-words.ts";
import { frameKinds, jsonFrame } from "./listener-frames.ts";
import type { BrokerListener } from "./open-listener.ts";
import type { BrokerChild } from "./spawn-broker.ts";
import type { BrokerLog, BrokerWatch } from "./watch-broker.ts";

const startMsMax = 30_000;
const aliveMs = 500;
const restartMsMin = 50;
const restartMsMax = 1_000;
/** After running this long, restart delays begin small again. */
const steadyMs = 10_000;

export interface BrokerKeeping {
  readonly clock: Clock;
  readonly log: BrokerLog;
  readonly listener: BrokerListener;
  readonly watch: BrokerWatch;
  readonly begin: Omit<BeginWord, "aliveMs">;
  spawn(): BrokerChild;
  /** The port of the first process, kept for all later ones because devices know it. */
  port: number;
  child: BrokerChild | null;
  phase: "starting" | "up" | "silent" | "dead" | "closed";
  hasStarted: boolean;
  attempt: number;
  startedMonoMs: number;
  cancelRestart: () => void;
  hear: (word: SaidWord) => void;
}

export function away({ port }: BrokerKeeping, detail: string): Refusal {
  return new Refusal("broker-offline", { address: `127.0.0.1:${port}`, detail });
}

export function up(keeping: BrokerKeeping, running: BrokerChild): void {
  keeping.phase = "up";
  keeping.listener.up(running.channel);
  keeping.watch.up();
}

export function down(keeping: BrokerKeeping, now: "silent" | "dead" | "closed", reason: Refusal): void {
  keeping.phase = now;
  keeping.listener.down(reason);
  keeping.watch.down(reason);
}

/** Starts one process and resolves when it listens; its later death starts the next. */
export function start(keeping: BrokerKeeping): Promise<void> {
  const starting = keeping.spawn();
  keeping.child = starting;
  keeping.phase = "starting";
  keeping.startedMonoMs = keeping.clock.monoMs();
  keeping.listener.listen(starting.channel);
  const ready = new Promise<void>((resolve, reject) => {
    keeping.hear = (word) => {
      if (keeping.child !== starting || keeping.phase === "closed") return;
      if (word.say === "failed") reject(refusalOf(keeping, word));
      if (word.say !== "ready") return;
      keeping.port = word.port;
      up(keeping, starting);
      resolve();
    };
    starting.onExit((how) => {
      reject(away(keeping, how));
      ended(keeping, starting, how);
    });
  });
  starting.channel.write(
    jsonFrame(frameKinds.begin, { ...keeping.begin, port: keeping.port, aliveMs } satisfies BeginWord),
  );
  return withTimeout(keeping.clock, ready, startMsMax, () => away(keeping, `no answer in ${startMsMax / 1000} s`));
}

function refusalOf(keeping: BrokerKeeping, { code, detail }: Extract<SaidWord, { say: "failed" }>): Refusal {
  return code === "EADDRINUSE"
    ? new Refusal("listen-port-in-use", { port: keeping.port, setting: "MQTT_PORT" })
    : away(keeping, detail);
}

function ended(keeping: BrokerKeeping, dead: BrokerChild, how: string): void {
  if (keeping.child !== dead) return;
  keeping.child = null;
  if (keeping.phase === "closed") return;
  keeping.log.warn({ how, lastWords: dead.lastWords() }, "the broker's process ended");
  down(keeping, "dead", away(keeping, how));
  if (keeping.hasStarted) startAgain(keeping);
}

function startAgain(keeping: BrokerKeeping): void {
  if (keeping.clock.monoMs() - keeping.startedMonoMs > steadyMs) keeping.attempt = 0;
  const pauseMs = Math.min(restartMsMax, restartMsMin * 2 ** Math.min(keeping.attempt++, 10));
  keeping.cancelRestart = keeping.clock.after(pauseMs, () => {
    if (keeping.phase === "closed") return;
    keeping.watch.restarted();
    const before = keeping.startedMonoMs;
    // Also rejects when the system has no process or memory left, which shows at once.
    new Promise<void>((resolve) => resolve(start(keeping))).then(
      () => keeping.log.info({ port: keeping.port }, "the broker runs again"),
      (error: unknown) => {
        keeping.log.warn({ err: error }, "the broker did not start again");
        // The child's end starts the next try. One that has ended already did so; one that never started must be retried here.
        if (keeping.child) keeping.child.kill();
        else if (before === keeping.startedMonoMs && keeping.phase !== "closed") startAgain(keeping);
      },
    );
  });
}
