/** STOPs that motion has not looked at yet: one that went to a motion that died or stood still goes to the next one. */
import type { Clock } from "../clock/clock.ts";
import type { Actor } from "../contract/journal.ts";
import type { AreaOrder, StopPress } from "../motion/messages.ts";

export interface OpenStops {
  /** Goes out before it returns; true when a motion looked at it, false when none did within `takenMsMax`, or none will come. */
  stop(actor: Actor, press?: StopPress): Promise<boolean>;
  isAnyOpen(): boolean;
  /** Another motion stands ready. */
  again(): void;
  /** None will: whoever waits is told. */
  giveUp(): void;
}

export interface OpenStopsDeps {
  newId(): string;
  clock: Pick<Clock, "after">;
  /** Null when motion ended, or there is none. `onTaken`: motion has looked at it, whatever else is still on its way. */
  order(order: AreaOrder, waits: "untilItEnds", onTaken: () => void): Promise<unknown>;
}

/** More by then say nothing new: they are sent and not remembered. */
const openMax = 16;
/** As long as STOP's own door lets somebody wait. */
export const takenMsMax = 2_500;

export function openStops({ newId, clock, order }: OpenStopsDeps): OpenStops {
  interface Open {
    actor: Actor;
    press: StopPress | undefined;
    tell(isTaken: boolean): void;
  }
  const open = new Map<string, Open>();
  /** Nobody waits longer than so: the STOP itself stays open for the next motion. */
  const waiting = new Set<(isTaken: boolean) => void>();
  let isOver = false;

  function send({ actor, press, tell }: Open): void {
    const commandId = newId();
    if (open.size < openMax) open.set(commandId, { actor, press, tell });
    const taken = () => {
      open.delete(commandId);
      tell(true);
    };
    void order({ kind: "stop", commandId, actor, ...(press ? { press } : {}) }, "untilItEnds", taken).then(
      (answer) => void (answer && taken()),
    );
  }

  return {
    stop(actor, press) {
      return new Promise((resolve) => {
        const tell = (isTaken: boolean) => {
          cancel();
          waiting.delete(tell);
          resolve(isTaken);
        };
        const cancel = clock.after(takenMsMax, () => tell(false));
        waiting.add(tell);
        send({ actor, press, tell });
        if (isOver) tell(false);
      });
    },
    isAnyOpen: () => open.size > 0,
    again() {
      const missed = [...open.values()];
      open.clear();
      for (const one of missed) send(one);
    },
    giveUp() {
      isOver = true;
      for (const tell of [...waiting]) tell(false);
    },
  };
}
