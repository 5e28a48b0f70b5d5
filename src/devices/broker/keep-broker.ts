/**
 * Runs the embedded broker as a process of its own, so that a crash or a flood there touches no serial line. If it dies, it is
 * started again on the same port, and devices reconnect. If it falls silent, its links are reported down, then it is killed.
 */
import type { Clock } from "../../clock/clock.ts";
import type { BrokerCounts } from "../../contract/broker-counts.ts";
import type { DeviceHealth } from "../../contract/ports.ts";
import type { InsideBroker } from "../mqtt-link.ts";
import type { BeginWord, SaidWord } from "./broker-words.ts";
import { openListener } from "./open-listener.ts";
import { away, type BrokerKeeping, down, start, up } from "./run-broker.ts";
import { type BrokerChild, spawnBroker } from "./spawn-broker.ts";
import { type BrokerLog, watchBroker } from "./watch-broker.ts";

export interface KeepBrokerOptions extends Omit<BeginWord, "aliveMs"> {
  clock: Clock;
  log: BrokerLog;
  spawn?: () => BrokerChild;
}

export interface KeptBroker extends InsideBroker {
  readonly port: number;
  /** Null while the process is being restarted. */
  readonly pid: number | null;
  counts(): BrokerCounts;
  health(): DeviceHealth;
  close(): Promise<void>;
}

const lookMs = 500;
/** After this long without a word from the broker, its links count as down. */
const silentMsMax = 3_000;
/** After this long without a word the process counts as stuck and is replaced. */
const heldMsMax = 10_000;
const endMsMax = 4_000;

/** Resolves when the broker listens; rejects with listen-port-in-use when another process has the port. */
export async function keepBroker(options: KeepBrokerOptions): Promise<KeptBroker> {
  const { clock, log, spawn = spawnBroker, ...begin } = options;
  const listener = openListener(clock, "embedded");
  const watch = watchBroker(clock, log);
  const keeping: BrokerKeeping = {
    ...{ clock, log, listener, watch, begin, spawn },
    ...{ port: begin.port, child: null, phase: "starting", hasStarted: false, attempt: 0 },
    startedMonoMs: clock.monoMs(),
    cancelRestart() {},
    hear() {},
  };

  listener.onSaid((raw) => {
    const word = raw as SaidWord;
    if (word.say === "refused") log.warn({ reason: word.reason, address: word.address }, "broker refused");
    else if (word.say === "alive") watch.alive(word);
    else keeping.hear(word);
  });
  const stopLooking = lookAfter(keeping);

  try {
    await start(keeping);
    keeping.hasStarted = true;
  } catch (error) {
    keeping.phase = "closed";
    stopLooking();
    keeping.child?.kill();
    throw error;
  }
  return {
    get port() {
      return keeping.port;
    },
    get pid() {
      return keeping.child?.pid ?? null;
    },
    openInside: () => listener.openLink(),
    health: () => watch.health,
    onHealth: watch.onHealth,
    onAlarmsHeld: watch.onAlarmsHeld,
    counts: () => ({ ...watch.counts(), lateMessages: listener.lateMessages }),
    async close() {
      keeping.cancelRestart();
      stopLooking();
      const ending = keeping.child;
      down(keeping, "closed", away(keeping, "closed"));
      await ending?.end(endMsMax);
    },
  };
}

/** Watches whether the broker sends anything; returns a function that ends the watch. */
function lookAfter(keeping: BrokerKeeping): () => void {
  const { clock, log, listener } = keeping;
  let lookedMonoMs = clock.monoMs();
  let cancel = clock.after(lookMs, look);

  function look(): void {
    cancel = clock.after(lookMs, look);
    const nowMs = clock.monoMs();
    // This process itself was held: what the broker sent meanwhile has yet to be read.
    const wasHeld = nowMs - lookedMonoMs > 2 * lookMs;
    lookedMonoMs = nowMs;
    const { child, phase } = keeping;
    if (!child || wasHeld || (phase !== "up" && phase !== "silent")) return;
    const silentMs = nowMs - listener.heardMonoMs;
    if (silentMs > heldMsMax) child.kill();
    else if (silentMs > silentMsMax && phase === "up") {
      log.warn({ silentMs }, "the broker says nothing");
      down(keeping, "silent", away(keeping, `silent for ${silentMsMax / 1000} s`));
    } else if (silentMs <= silentMsMax && phase === "silent") up(keeping, child);
  }

  return () => cancel();
}
