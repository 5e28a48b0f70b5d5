/** Starts the motion process and speaks with it. Its folder records which one runs: there are never two for one gateway. */
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deathMsMax, motionNotEnded } from "./aisles/silent-motion.ts";
import { type Clock, sleep, withTimeout } from "./clock/clock.ts";
import { Refusal } from "./contract/errors.ts";
import type { MqttAccess } from "./devices/mqtt-link.ts";
import type { LeadGrant } from "./lead/lead-grant.ts";
import { epochsGiven, noteEpochs } from "./motion/epochs-given.ts";
import { asideLog, factsOf, forgetFactLog, leftFactLogs } from "./motion/fact-log.ts";
import { nextLogId } from "./motion/log-ids.ts";
import type { AreaStart, Fact, FromMotion, Motion, MotionEnd } from "./motion/messages.ts";
import type { FromMotionProcess, MotionOpening } from "./motion/motion-process.ts";
import { alarmCallers, motionSite } from "./motion/motion-site.ts";
import { stopSocketOf } from "./motion/stop-socket.ts";
import { forgetRunning, noteRunning, runningIn } from "./running-motion.ts";
import type { Layout } from "./site/layout.ts";
import type { LinkSpec } from "./site/schema.ts";
import type { FirstChild, FirstSpawner } from "./spawn-first.ts";
import { programOf, thisProgram, whetherRunning } from "./storage/engine/running-program.ts";

export interface MotionProcessOptions {
  layout: Layout;
  links: Readonly<Record<string, LinkSpec>>;
  mqtt: MqttAccess | null;
  /** Kept by motion itself; null where the folder's lock is the lead. */
  lead: LeadGrant | null;
  folder: string;
  clock: Clock;
  onFailure(error: unknown): void;
  spawner: FirstSpawner;
}

const firstFile = fileURLToPath(new URL("../bin/child.mjs", import.meta.url));
const entry = "src/motion/motion-process.ts";
const heapMbMax = 128;
const readyMsMax = 15_000;
const closeMsMax = 6_000;
/** An earlier motion whose gateway died ends by itself within this time. */
const earlierMsMax = 8_000;
const logBytesShown = 2_000;

export function motionProcess(options: MotionProcessOptions): Motion {
  const { folder, clock, spawner } = options;
  const site = motionSite(options.layout);
  const callers = alarmCallers(options.layout);
  const newLogId = () => nextLogId(folder, clock.nowMs(), options.lead?.epoch ?? null, randomUUID().slice(0, 8));
  attempt(() => mkdirSync(folder, { recursive: true }));
  // Starts while the rest of the gateway does; it touches nothing before its opening message.
  let first: Promise<Booted> | null = spawnMotion(spawner, folder);
  first.catch(() => {});

  async function start(areas: readonly AreaStart[]): Promise<MotionEnd> {
    await untilAlone(folder, clock);
    const logId = newLogId();
    noteEpochs(folder, areas);
    const booted = await first?.catch(() => null);
    first = null;
    const { child } = booted && !booted.isGone() ? booted : await spawnMotion(spawner, folder);
    if (child.pid === undefined) throw new Refusal("motion-not-started", { detail: "spawn" });
    try {
      const begun = motionEnd({ ...options, child, logId });
      const { links, mqtt, lead } = options;
      const opening: MotionOpening = {
        ...{ kind: "open", site, links, mqtt, callers, areas, lead, folder, logId },
        stopSocket: stopSocketOf(folder),
      };
      child.send(opening, () => {});
      return await begun;
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  return {
    start,
    forget: (logId, dropRow) => forgetFactLog(folder, logId, dropRow),
    epochsGiven: async () => epochsGiven(folder),
    setAside: asideLog(folder, newLogId),
    async leftOver() {
      // An ending motion still writes its last facts.
      await untilAlone(folder, clock);
      return leftFactLogs(folder);
    },
  };
}

interface Booted {
  child: FirstChild;
  isGone(): boolean;
}

async function spawnMotion(spawner: FirstSpawner, folder: string): Promise<Booted> {
  // A file instead of a pipe, so that motion never waits for us to read. A disk that cannot be written is reported elsewhere.
  const log = attempt(() => openSync(join(folder, "motion.log"), "w", 0o600)) ?? "ignore";
  try {
    const child = await spawner.spawn([`--max-old-space-size=${heapMbMax}`, firstFile, entry], log);
    let isGone = child.pid === undefined;
    child.on("error", () => {});
    child.once("exit", () => {
      isGone = true;
    });
    return { child, isGone: () => isGone };
  } finally {
    if (log !== "ignore") closeSync(log);
  }
}

interface Started extends Pick<MotionProcessOptions, "folder" | "clock" | "onFailure"> {
  child: FirstChild;
  logId: string;
}

function motionEnd({ child, folder, logId, clock, onFailure }: Started): Promise<MotionEnd> {
  const notKept = noteRunning(folder, programOf(child.pid ?? 0));
  if (notKept) onFailure(new Error(notKept));
  const listeners: ((message: FromMotion) => void)[] = [];
  const endings: ((why: string, left: Iterable<Fact>) => void)[] = [];
  const early: FromMotion[] = [];
  let isAsked = false;
  let isGone = false;
  const gone = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      isGone = true;
      forgetRunning(folder, child.pid);
      const why = `${signal ?? `exit ${code}`}${lastWords(folder)}`;
      if (!isAsked) for (const listener of endings) listener(why, factsOf(folder, logId));
      resolve();
    });
  });

  return new Promise((resolve, reject) => {
    const failed = (detail: string) => {
      isAsked = true;
      cancel();
      child.kill("SIGKILL");
      reject(new Refusal("motion-not-started", { detail }));
    };
    const cancel = clock.after(readyMsMax, () => failed(`${readyMsMax / 1000} s`));
    child.on("error", (error) => failed(error.message));
    void gone.then(() => failed(lastWords(folder)));
    child.on("message", (said) => {
      const message = said as FromMotionProcess;
      if (message.kind !== "ready") {
        if (listeners.length === 0) early.push(message);
        for (const listener of listeners) listener(message);
        return;
      }
      cancel();
      resolve({
        logId,
        pid: child.pid ?? null,
        cannotKeep: message.cannotKeep,
        send: (message) => void (isGone || child.send(message, () => {})),
        onMessage(listener) {
          listeners.push(listener);
          for (const message of early.splice(0)) listener(message);
        },
        onEnd: (listener) => void endings.push(listener),
        kill: () => void child.kill("SIGKILL"),
        async close() {
          isAsked = true;
          if (!isGone) child.send({ kind: "close" }, () => {});
          const cancel = clock.after(closeMsMax, () => void child.kill("SIGKILL"));
          try {
            await withTimeout(clock, gone, closeMsMax + deathMsMax, () => motionNotEnded(child.pid ?? 0));
          } finally {
            cancel();
          }
        },
      });
    });
  });
}

function lastWords(folder: string): string {
  const text = attempt(() => readFileSync(join(folder, "motion.log"), "utf8").trim());
  return text ? `: ${text.slice(-logBytesShown)}` : "";
}

const endBySignal = (pid: number) => void process.kill(pid, "SIGKILL");

/** Waits until an earlier motion has released its ports, or kills it. Throws motion-not-ended. */
export async function untilAlone(
  folder: string,
  clock: Clock,
  end: (pid: number) => void = endBySignal,
): Promise<void> {
  const here = thisProgram();
  const endsAtMs = clock.monoMs() + earlierMsMax;
  for (;;) {
    const [earlier] = runningIn(folder).filter((program) => whetherRunning(program, here) === "running");
    if (!earlier) return;
    if (clock.monoMs() >= endsAtMs + deathMsMax) throw motionNotEnded(earlier.pid);
    // It may be gone by now.
    if (clock.monoMs() >= endsAtMs) attempt(() => end(earlier.pid));
    await sleep(clock, 50);
  }
}

/** For what may fail without harm: a full or read-only disk must not keep motion from starting. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
