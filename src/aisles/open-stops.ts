/** STOPs that motion has not handled yet: one sent to a motion that died or hung goes to the next one. */
import type { Clock } from "../clock/clock.ts";
import type { Actor } from "../contract/journal.ts";
import type { AreaOrder, StopPress } from "../motion/messages.ts";

export interface OpenStops {
  /**
   * Sent before this returns; resolves true when a motion handled it, false when none did within `takenMsMax`, or none will come.
   */
  stop(actor: Actor, press?: StopPress): Promise<boolean>;
  isAnyOpen(): boolean;
  /** Another motion is ready. */
  again(): void;
  /** No motion will come: all waiting callers get false. */
  giveUp(): void;
}

export interface OpenStopsDeps {
  newId(): string;
  clock: Pick<Clock, "after">;
  /**
   * Resolves with null when motion ended, or there is none. `onTaken`: motion has handled it, whatever else is still on its way.
   */
  order(order: AreaOrder, waits: "untilItEnds", onTaken: () => void): Promise<unknown>;
}

/** Beyond this number further STOPs are sent but not remembered, as they add nothing. */
const openMax = 16;
/** The same limit as at STOP's own door. */
export const takenMsMax = 2_500;

export function openStops({ newId, clock, order }: OpenStopsDeps): OpenStops {
  interface Open {
    actor: Actor;
    press: StopPress | undefined;
    tell(isTaken: boolean): void;
  }
  const open = new Map<string, Open>();
  /** Callers wait no longer than the limit; the STOP itself stays open for the next motion. */
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
