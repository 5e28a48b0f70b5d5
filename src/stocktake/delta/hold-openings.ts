/** A request to open an aisle waits briefly for the aisle's delta stocktake, if that can end before the request is too old. */
import type { Clock } from "../../clock/clock.ts";
import { holdMsMax } from "./aisle-use.ts";

export interface OpeningHolds {
  /** `settled` resolves when the area's current work ends; `expectedMs`: how long reading the aisle would still take. */
  hold(aisle: number, settled: Promise<void>, expectedMs: () => number): Promise<void>;
  /** Releases requests for aisles that do not have to be read any more. */
  letGo(isOver: (aisle: number) => boolean): void;
}

export function openingHolds(clock: Clock, isWaiting: (aisle: number) => boolean): OpeningHolds {
  const held = new Set<{ aisle: number; go: () => void }>();

  return {
    async hold(aisle, settled, expectedMs) {
      const timeUp = new Promise<void>((resolve) => clock.after(holdMsMax, resolve));
      await Promise.race([settled, timeUp]);
      if (!isWaiting(aisle) || expectedMs() >= holdMsMax) return;
      const hold = { aisle, go: () => {} };
      const read = new Promise<void>((resolve) => {
        hold.go = resolve;
      });
      held.add(hold);
      await Promise.race([read, timeUp]);
      held.delete(hold);
    },
    letGo(isOver) {
      for (const one of held) if (isOver(one.aisle)) one.go();
    },
  };
}
