/** How the program ends: told to by a signal, or by a fault that nobody caught. Motion stops first, closing has a limit. */
import { type ErrorCode, sentence } from "./contract/errors.ts";
import { messageOf, stackOf } from "./contract/told-error.ts";

export interface Ending {
  /** Told to end, or failed: whatever fails from now on fails because of that. */
  isEnding(): boolean;
  /** Aborted when a signal says so: what only waits during a start gives up. */
  readonly told: AbortSignal;
  /** Known before everything is open: what moves must stop even if the rest of the start fails. */
  stopsMotionBy(stop: () => void): void;
  /** Everything is open; one that was told to end meanwhile does so now. */
  closesBy(close: () => Promise<void>): void;
  /** As a fault that nobody caught: only a new start mends it. */
  endsBecause(error: unknown): void;
  /** The start is over without being open; false: nobody had told it to end. */
  startFailed(): boolean;
}

export interface EndingDeps {
  /** Node's process, or its like in a test. */
  program: Pick<NodeJS.Process, "on" | "exit">;
  say(line: string): void;
  /** Closing by a signal failed: says why, and exits. */
  fail(error: unknown): never;
  closeMsMax?: number;
  startMsMax?: number;
  /** By which it is told to end; all others of these are passed over. */
  signals?: readonly NodeJS.Signals[];
}

const closeMsMaxDefault = 15_000;
/** By a signal; below the 30 s after which systemd and Compose kill. */
const closeMsMaxBySignal = 25_000;
/** Told to end while it starts: what is half open by then is opened and closed, or left as a crash leaves it. */
const startMsMaxDefault = 20_000;
/** SIGHUP: the terminal was closed. */
export const endSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const satisfies readonly NodeJS.Signals[];

export function endInOrder(deps: EndingDeps): Ending {
  const { program, say, fail, closeMsMax, startMsMax = startMsMaxDefault } = deps;
  const { signals = endSignals } = deps;
  const told = new AbortController();
  let stopMotion = () => {};
  let close: (() => Promise<void>) | null = null;
  let isEnding = false;

  function fault(error: unknown): void {
    const detail = messageOf(error);
    if (isEnding) {
      say(`${detail} (while ending)`);
      return;
    }
    isEnding = true;
    stopWhatMoves();
    tell(say, "fault-uncaught", { detail });
    say(stackOf(error));
    const late = exitAfter(deps, closeMsMax ?? closeMsMaxDefault);
    void (close?.() ?? Promise.resolve())
      .catch((failed: unknown) => say(messageOf(failed)))
      .finally(() => {
        clearTimeout(late);
        program.exit(1);
      });
  }

  function stopWhatMoves(): void {
    try {
      stopMotion();
    } catch (failed) {
      say(messageOf(failed));
    }
  }

  function hear(): void {
    // A second one does not wait.
    if (isEnding) {
      program.exit(1);
      return;
    }
    isEnding = true;
    told.abort();
    if (close) end(close);
    else {
      stopWhatMoves();
      tell(say, "ending-while-starting", { limitS: startMsMax / 1000 });
      setTimeout(() => program.exit(1), startMsMax);
    }
  }

  function end(closing: () => Promise<void>): void {
    const late = exitAfter(deps, closeMsMax ?? closeMsMaxBySignal);
    closing()
      .finally(() => clearTimeout(late))
      .then(() => program.exit(0), fail);
  }

  program.on("uncaughtException", fault);
  program.on("unhandledRejection", fault);
  for (const signal of endSignals) program.on(signal, () => void (signals.includes(signal) && hear()));
  return {
    isEnding: () => isEnding,
    told: told.signal,
    endsBecause: fault,
    stopsMotionBy(stop) {
      stopMotion = stop;
    },
    closesBy(closing) {
      close = closing;
      if (told.signal.aborted) end(closing);
    },
    startFailed() {
      if (told.signal.aborted && !close) program.exit(0);
      return isEnding;
    },
  };
}

function tell(say: EndingDeps["say"], code: ErrorCode, params: Record<string, string | number>): void {
  for (const language of ["zh", "en"] as const) say(sentence(code, language, params));
}

function exitAfter({ say, program }: EndingDeps, ms: number): NodeJS.Timeout {
  return setTimeout(() => {
    tell(say, "fault-close-late", { detail: `${ms / 1000} s` });
    program.exit(1);
  }, ms);
}
