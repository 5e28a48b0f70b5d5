/** Retries STOP until the controller accepted it or the limit is reached, through lost answers, reconnects and quarantine. */
import { type Clock, sleep } from "../../clock/clock.ts";

export const stopTryMsMax = 3000;
const stopPauseMs = 40;

export async function persistStop(clock: Clock, tryOnce: () => Promise<void>): Promise<void> {
  const untilMs = clock.monoMs() + stopTryMsMax;
  for (;;) {
    try {
      await tryOnce();
      return;
    } catch (error) {
      if (clock.monoMs() + stopPauseMs >= untilMs) throw error;
    }
    await sleep(clock, stopPauseMs);
  }
}
