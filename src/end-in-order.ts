/** Ends the program, on a signal or on an uncaught error. Motion stops first; closing has a time limit. */
import { type ErrorCode, sentence } from "./contract/errors.ts";
import { messageOf, stackOf } from "./contract/told-error.ts";

export interface Ending {
  /** It is ending, by a signal or an error: any later failure is a consequence. */
  isEnding(): boolean;
  /** Aborted by a signal: parts that only wait during a start give up. */
  readonly told: AbortSignal;
  /** Set before everything is open: what moves must stop even if the rest of the start fails. */
  stopsMotionBy(stop: () => void): void;
  /** Everything is open; if it was told to end meanwhile, it does so now. */
  closesBy(close: () => Promise<void>): void;
  /** Ends as after an uncaught error: only a new start helps. */
  endsBecause(error: unknown): void;
  /** The start has failed or was cut short; returns false if nobody had told it to end. */
  startFailed(): boolean;
}

export interface EndingDeps {
  /** Node's process, or a substitute in a test. */
  program: Pick<NodeJS.Process, "on" | "exit">;
  say(line: string): void;
  /** Closing after a signal failed: prints the reason, and exits. */
  fail(error: unknown): never;
  closeMsMax?: number;
  startMsMax?: number;
  /** The signals that end the program; the others of `endSignals` are ignored. */
  signals?: readonly NodeJS.Signals[];
}

const closeMsMaxDefault = 15_000;
/** After a signal; below the 30 s after which systemd and Compose kill. */
const closeMsMaxBySignal = 25_000;
/** Limit when it is told to end during its start: what is half open by then is opened and closed, or left as after a crash. */
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
    // A second signal does not wait.
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
