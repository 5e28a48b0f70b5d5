/**
 * After a timeout the answer may still come, or lie unread in a socket because this process was held. RTU frames carry no number,
 * so it would be taken for the next answer. The next request therefore waits until the line was quiet while nobody was held.
 */
import type { Clock } from "../../clock/clock.ts";

export interface LineWatch {
  readonly isOn: boolean;
  begin(): void;
}

/** A timer that fires this late shows that this process was held: bytes that came meanwhile are still unread. */
export const heldMsMax = 50;
/** Most repeats, so that a machine so busy that it always looks held does not silence the line. */
const roundsMax = 10;

/** `onQuiet`: the line was quiet for `quietMs`. */
export function lineWatch(clock: Clock, quietMs: number, onQuiet: () => void): LineWatch {
  let isOn = false;
  let cancel = () => {};

  function watch(round: number): void {
    const fromMs = clock.monoMs();
    cancel();
    cancel = clock.after(quietMs, () => {
      const wasHeld = clock.monoMs() - fromMs > quietMs + heldMsMax;
      if (wasHeld && round < roundsMax) return watch(round + 1);
      isOn = false;
      onQuiet();
    });
  }

  return {
    get isOn() {
      return isOn;
    },
    begin() {
      isOn = true;
      watch(1);
    },
  };
}
