/**
 * STOP's door kept running by the gateway: started, given the copy of who may come (whole at first, then what changes, the
 * newest only), looked at, and started again on the same port when it dies or says nothing.
 */
import { type Clock, withTimeout } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { StopDoorStanding } from "../contract/ports.ts";
import { type CallerCopy, type CallerCopyDeps, callerCopy } from "./caller-copy.ts";
import { type DoorCounts, type DoorOpening, doorRefusals, type FromDoor } from "./messages.ts";
import type { DoorChild } from "./spawn-door.ts";

export interface KeptDoor {
  /** Counted over all its lives. */
  standing(): StopDoorStanding;
  /** Where the console's pages come from, as soon as it is known. */
  consoleAt(port: number): void;
  readonly pid: number | null;
  close(): Promise<void>;
}

export interface KeepDoorOptions extends Omit<CallerCopyDeps, "onChange"> {
  clock: Clock;
  opening: DoorOpening;
  log: { warn(what: object, words: string): void; info(what: object, words: string): void };
  spawn(): DoorChild;
}

const startMsMax = 30_000;
const lookMs = 500;
/** Nothing heard for so long: it is held, and a new one takes its place. */
const silentMsMax = 3_000;
const restartMsMin = 10;
const restartMsMax = 1_000;
/** Running for so long, its restarts begin small again. */
const steadyMs = 10_000;
const closeMsMax = 2_000;
/** More in one message would hold up both. */
const changesMax = 500;

/** Resolves when it listens; refuses with listen-port-in-use when somebody else does. */
export async function keepDoor(options: KeepDoorOptions): Promise<KeptDoor> {
  const { clock, log, opening } = options;
  let port = opening.port;
  let consolePort: number | null = null;
  let child: DoorChild | null = null;
  let isUp = false;
  let isClosed = false;
  let hasStarted = false;
  let restarts = 0;
  let attempt = 0;
  let startedAtMs = clock.monoMs();
  let heardAtMs = clock.monoMs();
  let cancelRestart = () => {};
  let hear: (message: FromDoor) => void = () => {};
  /** What the door has not been told yet; null once the first whole copy is there. */
  const dirty = new Set<string>();
  let isWholeTold = false;
  let isOut = false;
  let past = noCounts();
  let last = noCounts();

  const copy: CallerCopy = callerCopy({
    ...options,
    onChange(hash) {
      dirty.add(hash);
      push();
    },
  });

  function push(): void {
    if (!child || isOut || (dirty.size === 0 && isWholeTold)) return;
    const hashes = [...dirty].slice(0, changesMax);
    for (const hash of hashes) dirty.delete(hash);
    isOut = true;
    const isWhole = dirty.size === 0;
    if (isWhole) isWholeTold = true;
    child.send({ kind: "callers", changes: hashes.map((hash) => [hash, copy.get(hash)]), isWhole });
  }

  function start(): Promise<void> {
    const starting = options.spawn();
    child = starting;
    startedAtMs = clock.monoMs();
    heardAtMs = startedAtMs;
    isOut = false;
    isWholeTold = false;
    dirty.clear();
    for (const hash of copy.hashes()) dirty.add(hash);
    const ready = new Promise<void>((resolve, reject) => {
      hear = (message) => {
        if (message.kind === "failed") reject(refusalOf(message));
        if (message.kind !== "ready") return;
        port = message.port;
        isUp = true;
        resolve();
      };
      starting.onExit((how) => {
        reject(new Error(how));
        ended(starting, how);
      });
    });
    starting.onMessage((message) => {
      if (child !== starting) return;
      heardAtMs = clock.monoMs();
      if (message.kind === "took") {
        isOut = false;
        push();
      } else if (message.kind === "alive") last = message.counts;
      else hear(message);
    });
    starting.send({ ...opening, port });
    if (consolePort !== null) starting.send({ kind: "console", port: consolePort });
    push();
    return withTimeout(clock, ready, startMsMax, () => new Error(`no answer in ${startMsMax / 1000} s`));
  }

  function refusalOf({ code, detail }: Extract<FromDoor, { kind: "failed" }>): Error {
    if (code === "EADDRINUSE") return new Refusal("listen-port-in-use", { port, setting: "STOP_PORT" });
    return new Error(detail);
  }

  function ended(dead: DoorChild, how: string): void {
    if (child !== dead) return;
    child = null;
    isUp = false;
    past = sum(past, last);
    last = noCounts();
    if (isClosed || !hasStarted) return;
    log.warn({ how }, "STOP's door ended");
    startAgain();
  }

  function startAgain(): void {
    if (clock.monoMs() - startedAtMs > steadyMs) attempt = 0;
    const pauseMs = Math.min(restartMsMax, restartMsMin * 2 ** Math.min(attempt++, 10));
    cancelRestart = clock.after(pauseMs, () => {
      if (isClosed) return;
      restarts++;
      const before = startedAtMs;
      // Also of a system that has no process or no memory for it, which it says at once.
      new Promise<void>((resolve) => resolve(start())).then(
        () => log.info({ port }, "STOP's door is open again"),
        (error: unknown) => {
          log.warn({ err: error }, "STOP's door did not open again");
          // Its end begins the next try; one that ended already has done so, and one that never was has no end.
          if (child) child.kill();
          else if (before === startedAtMs && !isClosed) startAgain();
        },
      );
    });
  }

  let lookedAtMs = clock.monoMs();
  function look(): void {
    cancelLook = clock.after(lookMs, look);
    const nowMs = clock.monoMs();
    // Held ourselves: what it said meanwhile is still to be read.
    if (nowMs - lookedAtMs > 2 * lookMs) heardAtMs = nowMs;
    lookedAtMs = nowMs;
    if (!child || !isUp) return;
    if (nowMs - heardAtMs > silentMsMax) {
      log.warn({ silentMs: nowMs - heardAtMs }, "STOP's door says nothing");
      isUp = false;
      child.kill();
    } else child.send({ kind: "look" });
  }
  let cancelLook = clock.after(lookMs, look);

  try {
    await copy.load();
    await start();
    hasStarted = true;
  } catch (error) {
    isClosed = true;
    cancelLook();
    copy.close();
    (child as DoorChild | null)?.kill();
    throw error;
  }
  return {
    get pid() {
      return child?.pid ?? null;
    },
    standing: () => ({ isUp, port, restarts, counts: sum(past, last) }),
    consoleAt(at) {
      consolePort = at;
      child?.send({ kind: "console", port: at });
    },
    async close() {
      isClosed = true;
      cancelRestart();
      cancelLook();
      copy.close();
      const ending = child;
      if (!ending) return;
      ending.send({ kind: "close" });
      await new Promise<void>((resolve) => {
        const cancel = clock.after(closeMsMax, () => ending.kill());
        ending.onExit(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}

function noCounts(): DoorCounts {
  const refused = Object.fromEntries(doorRefusals.map((code) => [code, 0])) as DoorCounts["refused"];
  return { stops: 0, refused, connections: 0, callers: 0, isMotionThere: false };
}

/** Counters go on over the door's lives; what is measured is the last one's. */
function sum(past: DoorCounts, now: DoorCounts): DoorCounts {
  const refused = Object.fromEntries(
    doorRefusals.map((code) => [code, past.refused[code] + now.refused[code]]),
  ) as DoorCounts["refused"];
  return { ...now, stops: past.stops + now.stops, refused };
}
