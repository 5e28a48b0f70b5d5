/**
 * Keeps STOP's door running: one process listens, and a second one, started and fed, takes over at once if the first dies or
 * falls silent. Starting a process takes seconds on a machine under load, while somebody may be pressing STOP.
 */
import { type Clock, withTimeout } from "../clock/clock.ts";
import type { StopDoorStanding } from "../contract/ports.ts";
import { type CallerCopy, type CallerCopyDeps, callerCopy } from "./caller-copy.ts";
import { bootMsMax, type FedDoor, feedDoor } from "./feed-door.ts";
import { type DoorCounts, type DoorOpening, doorRefusals, noCounts } from "./messages.ts";
import type { DoorChild } from "./spawn-door.ts";

export interface KeptDoor {
  /** Counted over all processes so far. */
  standing(): StopDoorStanding;
  /** Sets the port of the console's pages, as soon as it is known. */
  consoleAt(port: number): void;
  close(): Promise<void>;
}

export interface KeepDoorOptions extends Omit<CallerCopyDeps, "onChange"> {
  clock: Clock;
  opening: DoorOpening;
  /** Where it listens; 0: any port at first, and then always that one. */
  port: number;
  log: { warn(what: object, words: string): void; info(what: object, words: string): void };
  spawn(): DoorChild;
}

const lookMs = 500;
const restartMsMin = 10;
const restartMsMax = 1_000;
/** After running this long, restart delays begin small again. */
const steadyMs = 10_000;
const closeMsMax = 2_000;
/** The second process starts when the gateway's own start is over. */
const secondAfterStartMs = 5_000;
/** Pause before a new second process, after one took over or died: doubles each time until one has waited steadily. */
const secondAfterMsMin = 1_000;
const secondAfterMsMax = 60_000;

/** Resolves when it listens; refuses with listen-port-in-use when another process has the port. */
export async function keepDoor(options: KeepDoorOptions): Promise<KeptDoor> {
  const { clock, log, opening } = options;
  let { port } = options;
  let consolePort: number | null = null;
  let first: FedDoor | null = null;
  let second: FedDoor | null = null;
  let isUp = false;
  let isClosed = false;
  let hasStarted = false;
  let restarts = 0;
  let attempt = 0;
  let isPlanned = false;
  let secondDeaths = 0;
  let secondSinceMs = 0;
  let startedAtMs = clock.monoMs();
  let cancelRestart = () => {};
  let cancelSecond = () => {};
  let past = noCounts();
  const both = () => [first, second].filter((door) => door !== null);

  const copy: CallerCopy = callerCopy({
    ...options,
    onChange(hash) {
      for (const door of both()) door.changed(hash);
    },
  });

  function boot(): FedDoor {
    const child = options.spawn();
    const door = feedDoor({ child, clock, copy, opening, consolePort });
    child.onExit((how) => ended(door, how));
    return door;
  }

  async function listen(door: FedDoor): Promise<void> {
    first = door;
    startedAtMs = clock.monoMs();
    const listening = door.listen(port);
    port = await withTimeout(clock, listening, bootMsMax, () => new Error(`no answer in ${bootMsMax / 1000} s`));
    if (first === door) isUp = true;
  }

  function ended(dead: FedDoor, how: string): void {
    if (dead === second) {
      second = null;
      if (isClosed) return;
      log.warn({ how }, "the door that waits to take the place of STOP's door ended");
      secondDeaths = clock.monoMs() - secondSinceMs > steadyMs ? 0 : secondDeaths + 1;
      keepSecond();
      return;
    }
    if (dead !== first) return;
    first = null;
    isUp = false;
    past = sum(past, dead.counts());
    if (isClosed || !hasStarted) return;
    log.warn({ how }, "STOP's door ended");
    startAgain();
  }

  /** Uses the waiting process, or a new one, after a pause that grows with repeated deaths. */
  function startAgain(): void {
    if (clock.monoMs() - startedAtMs > steadyMs) attempt = 0;
    const growing = Math.min(restartMsMax, restartMsMin * 2 ** Math.min(attempt++, 10));
    isPlanned = true;
    cancelRestart = clock.after(second ? 0 : growing, () => {
      isPlanned = false;
      if (isClosed) return;
      restarts++;
      // Also rejects when the system has no process or memory left, which shows at once.
      new Promise<void>((resolve) => {
        const next = second ?? boot();
        second = null;
        resolve(listen(next));
      }).then(
        () => {
          log.info({ port }, "STOP's door is open again");
          keepSecond();
        },
        (error: unknown) => {
          if (isClosed) return;
          log.warn({ err: error }, "STOP's door did not open again");
          // A child's end starts the next try. Without a child it is planned already, or is planned here.
          if (first) first.kill();
          else if (!isPlanned) startAgain();
        },
      );
    });
  }

  function keepSecond(afterMs = Math.min(secondAfterMsMax, secondAfterMsMin * 2 ** Math.min(secondDeaths, 10))): void {
    cancelSecond();
    cancelSecond = clock.after(afterMs, () => {
      if (isClosed || second) return;
      try {
        second = boot();
        secondSinceMs = clock.monoMs();
      } catch (error) {
        log.warn({ err: error }, "no door waits to take the place of STOP's door");
        secondDeaths++;
        keepSecond();
      }
    });
  }

  let lookedAtMs = clock.monoMs();
  function look(): void {
    cancelLook = clock.after(lookMs, look);
    const nowMs = clock.monoMs();
    const wasHeld = nowMs - lookedAtMs > 2 * lookMs;
    lookedAtMs = nowMs;
    for (const door of both()) {
      if (wasHeld) door.forgive();
      // Until it listens it has a time limit of its own.
      if (door === first && !isUp) continue;
      if (!door.isSilent()) door.look();
      else {
        log.warn({ pid: door.pid }, "STOP's door says nothing");
        if (door === first) isUp = false;
        door.kill();
      }
    }
  }
  let cancelLook = clock.after(lookMs, look);

  try {
    await copy.load();
    await listen(boot());
    hasStarted = true;
    keepSecond(secondAfterStartMs);
  } catch (error) {
    isClosed = true;
    cancelLook();
    copy.close();
    for (const door of both()) door.kill();
    throw error;
  }
  return {
    standing: () => ({
      ...{ isUp, port, restarts, isSecondReady: second?.isReady() ?? false },
      counts: sum(past, first?.counts() ?? noCounts()),
    }),
    consoleAt(at) {
      consolePort = at;
      for (const door of both()) door.consoleAt(at);
    },
    async close() {
      isClosed = true;
      cancelRestart();
      cancelSecond();
      cancelLook();
      copy.close();
      await Promise.all(both().map((door) => door.close(closeMsMax)));
    },
  };
}

/** Counters add up over all processes; measured values are the last one's. */
function sum(past: DoorCounts, now: DoorCounts): DoorCounts {
  const refused = Object.fromEntries(
    doorRefusals.map((code) => [code, past.refused[code] + now.refused[code]]),
  ) as DoorCounts["refused"];
  return { ...now, stops: past.stops + now.stops, refused };
}
