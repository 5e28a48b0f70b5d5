/** Questions to motion that wait for their answers, each with a time limit. */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { LightTarget } from "../contract/shelf.ts";
import type { AreaState } from "../shelving/area-state.ts";

export type Answer = { state: AreaState } | { shown: LightTarget | null } | null;

export interface OpenAsks {
  /** Resolves with null when there is no answer by then. */
  ask<Wanted extends Answer>(send: (id: number) => void, msMax: number, onTaken?: () => void): Promise<Wanted | null>;
  /** Motion has handled it; its decisions may still be on their way. */
  taken(id: number): void;
  answer(id: number, answer: Answer | Refusal): void;
  /** No further answers will come. */
  endAll(): void;
}

const againMs = 100;

export function openAsks(clock: Clock): OpenAsks {
  const asked = new Map<number, (answer: Answer | Refusal) => void>();
  const takens = new Map<number, () => void>();
  let nextAsk = 1;
  return {
    ask<Wanted extends Answer>(send: (id: number) => void, msMax: number, onTaken?: () => void) {
      const id = nextAsk++;
      if (onTaken) takens.set(id, onTaken);
      return new Promise<Wanted | null>((resolve, reject) => {
        const done = (answer: Answer | Refusal) => {
          cancel();
          asked.delete(id);
          takens.delete(id);
          if (answer instanceof Refusal) reject(answer);
          else resolve(answer as Wanted);
        };
        const dueAtMs = clock.monoMs() + msMax;
        // If this process was late itself, it first reads what was sent meanwhile.
        let cancel = clock.after(msMax, () => {
          if (clock.monoMs() - dueAtMs < againMs) done(null);
          else cancel = clock.after(againMs, () => done(null));
        });
        asked.set(id, done);
        send(id);
      });
    },
    taken(id) {
      takens.get(id)?.();
      takens.delete(id);
    },
    answer: (id, answer) => asked.get(id)?.(answer),
    endAll() {
      for (const answer of asked.values()) answer(null);
    },
  };
}
