/** Estimates how far a device's clock is ahead of ours, from the times in its messages. */
import type { Clock } from "../../clock/clock.ts";

/** Of this many messages the quickest one tells best; slower ones only make the device's clock look late. */
const messagesMax = 8;

export function clockSkew(clock: Clock): { heard(sentAt: string): number | null } {
  const skews: number[] = [];
  return {
    heard(sentAt) {
      const sentAtMs = Date.parse(sentAt);
      if (!Number.isFinite(sentAtMs)) return null;
      skews.push(sentAtMs - clock.nowMs());
      if (skews.length > messagesMax) skews.shift();
      return Math.max(...skews);
    },
  };
}
