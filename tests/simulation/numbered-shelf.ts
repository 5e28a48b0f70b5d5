/** A controller whose messages carry a number, and one that repeats an old one after each, as the twin does on MQTT. */
import type { Clock } from "../../src/clock/clock.ts";
import type { ShelfPort } from "../../src/contract/ports.ts";
import type { ShelfStatus } from "../../src/contract/shelf.ts";

export interface Repeater {
  /** From now on the present status is repeated after each newer one; the returned function ends that. */
  repeat(): () => void;
}

export function numberedShelf(port: ShelfPort, clock: Clock): { port: ShelfPort; repeater: Repeater } {
  let seq = 0;
  let last: ShelfStatus | null = null;
  let old: ShelfStatus | null = null;
  return {
    port: {
      ...port,
      onStatus: (listener) =>
        port.onStatus((status, ...when) => {
          last = { ...status, seq: ++seq };
          listener(last, ...when);
          if (old) listener(old, clock.monoMs(), when[1]);
        }),
    },
    repeater: {
      repeat() {
        old = last;
        return () => {
          old = null;
        };
      },
    },
  };
}
