/** How the program ends: told to by a signal, or by a fault that nobody caught. Motion stops first, closing has a limit. */
import { type ErrorCode, sentence } from "./contract/errors.ts";

export interface Ending {
  /** Told to end, or failed: whatever fails from now on fails because of that. */
  isEnding(): boolean;
  /** Known before everything is open: what moves must stop even if the rest of the start fails. */
  stopsMotionBy(stop: () => void): void;
  closesBy(close: () => Promise<void>): void;
  /** As a fault that nobody caught: only a new start mends it. */
  endsBecause(error: unknown): void;
}

export interface EndingDeps {
  /** Node's process, or its like in a test. */
  program: Pick<NodeJS.Process, "on" | "exit">;
  say(line: string): void;
  /** Closing by a signal failed: says why, and exits. */
  fail(error: unknown): never;
  closeMsMax?: number;
}

const closeMsMaxDefault = 15_000;
/** By a signal; below the 30 s after which systemd and Compose kill. */
const closeMsMaxBySignal = 25_000;

export function endInOrder({ program, say, fail, closeMsMax }: EndingDeps): Ending {
  let stopMotion = () => {};
  let close: (() => Promise<void>) | null = null;
  let isEnding = false;

  function fault(error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    if (isEnding) {
      say(`${detail} (while ending)`);
      return;
    }
    isEnding = true;
    try {
      stopMotion();
    } catch (failed) {
      say(String(failed));
    }
    tell("fault-uncaught", detail);
    say(error instanceof Error ? (error.stack ?? detail) : detail);
    const late = exitAfter(closeMsMax ?? closeMsMaxDefault);
    (close?.() ?? Promise.resolve())
      .catch((failed: unknown) => say(String(failed)))
      .finally(() => {
        clearTimeout(late);
        program.exit(1);
      });
  }

  function exitAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      tell("fault-close-late", `${ms / 1000} s`);
      program.exit(1);
    }, ms);
  }

  function tell(code: ErrorCode, detail: string): void {
    for (const language of ["zh", "en"] as const) say(sentence(code, language, { detail }));
  }

  program.on("uncaughtException", fault);
  program.on("unhandledRejection", fault);
  return {
    isEnding: () => isEnding,
    endsBecause: fault,
    stopsMotionBy(stop) {
      stopMotion = stop;
    },
    closesBy(closing) {
      close = closing;
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        // A second one does not wait.
        program.on(signal, () => {
          if (isEnding) return program.exit(1);
          isEnding = true;
          const late = exitAfter(closeMsMax ?? closeMsMaxBySignal);
          closing()
            .finally(() => clearTimeout(late))
            .then(() => program.exit(0), fail);
        });
      }
    },
  };
}
