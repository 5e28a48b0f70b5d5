/** The life of one gateway: it ends once, without a goodbye; afterwards its timers, links and database are dead. */
import type { Clock } from "../../src/clock/clock.ts";

export interface Life {
  readonly isOver: boolean;
  end(why: string): void;
}

export function newLife(onEnd: (why: string) => void): Life {
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    end(why) {
      if (isOver) return;
      isOver = true;
      onEnd(why);
    },
  };
}

/** The gateway's own clock: as the machine's, whose wall is set wrong by `skewMs`; silent once its gateway is gone. */
export function clockOf(life: Life, base: Clock, skewMs: () => number): Clock {
  return {
    // The lines count fractions of a millisecond; a machine's clocks and its database do not.
    nowMs: () => Math.floor(base.nowMs() + skewMs()),
    monoMs: () => Math.floor(base.monoMs()),
    after: (delayMs, fn) =>
      base.after(Math.ceil(delayMs), () => {
        if (!life.isOver) fn();
      }),
  };
}
