/**
 * After a timeout the answer may still come, or lie unread in a socket because this process was held. RTU has no numbers: it would
 * be taken for the next question's. So the line is watched for a moment in which nobody was held, before that one goes out.
 */
import type { Clock } from "../../clock/clock.ts";

export interface LineWatch {
  readonly isOn: boolean;
  begin(): void;
}

/** A timer that comes so much too late says that this process was held: what came meanwhile is still to be read. */
export const heldMsMax = 50;
/** A machine so busy that it always looks held must not silence the line. */
const roundsMax = 10;

/** `onQuiet`: the line was watched for `quietMs`. */
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
