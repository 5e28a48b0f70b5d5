/** Runs motion in the test's own process, on the ports that a test has opened. */
import type { Clock } from "../../src/clock/clock.ts";
import type { DevicePorts } from "../../src/contract/ports.ts";
import { type LocalMotion, type LocalMotionOptions, localMotion } from "../../src/motion/local-motion.ts";

let logs = 0;

export function motionHere(
  clock: Clock,
  shelves: DevicePorts["shelves"],
  onFailure: (error: unknown) => void = () => {},
  kept: Partial<LocalMotionOptions> = {},
): LocalMotion {
  return localMotion({ clock, shelves, onFailure, nextLogId: () => `log-${++logs}`, ...kept });
}
