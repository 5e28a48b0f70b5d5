/** Sends requests at once and lets time pass, if they need any, until each is answered or its gateway is gone. */
import type { Clock } from "../../src/clock/clock.ts";
import type { Fail } from "./motion-watch.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { settle } from "./settle.ts";
import type { Side } from "./side.ts";
import type { Trace } from "./trace.ts";

/** A request without an answer after this time will never get one. */
const answerMsMax = 180_000;

export interface AnswersDeps {
  clock: Clock;
  trace: Trace;
  fail: Fail;
  /** Moves to the next timer, and runs everything that it sets off. */
  tick(): Promise<void>;
  isBroken(): boolean;
}

export function answersOf({ clock, trace, fail, tick, isBroken }: AnswersDeps) {
  return async <T>(side: Side, works: { name: string; work: () => Promise<T> }[]): Promise<Outcome<T>[]> => {
    const untilMs = clock.nowMs() + answerMsMax;
    const outcomes: (Outcome<T> | null)[] = works.map(() => null);
    works.forEach(({ name, work }, i) => {
      const settled = (outcome: Outcome<T>) => {
        const why = outcome.kind === "refused" ? outcome.code : outcome.kind === "failed" ? outcome.detail : "";
        trace.note(`${outcome.kind} ${name} ${why}`);
        outcomes[i] = outcome;
      };
      trace.note(`ask ${name}`);
      side.enter(() =>
        work().then(
          (value) => settled({ kind: "done", value }),
          (error: unknown) => settled(outcomeOf<T>(error)),
        ),
      );
    });
    for (;;) {
      await settle();
      const open = outcomes.indexOf(null);
      if (open < 0 || side.isOver || isBroken()) break;
      if (clock.nowMs() > untilMs) fail("L", `${works[open]?.name} is never answered`);
      else await tick();
    }
    return outcomes.map((outcome) => outcome ?? { kind: "lost" });
  };
}
