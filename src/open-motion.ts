/** Opens motion for the gateway: its process, and the health of the devices that it drives. */
import type { AreasDeps } from "./aisles/areas-deps.ts";
import type { DeviceHealth } from "./contract/ports.ts";
import { motionSite } from "./motion/motion-site.ts";
import { motionHealth } from "./motion-health.ts";
import { type MotionProcessOptions, motionProcess } from "./start-motion.ts";

export interface OpenedMotion {
  health(): DeviceHealth[];
  forAreas: Pick<AreasDeps, "motion" | "onPicture" | "onMotion">;
}

export function openMotion({
  onHealth,
  ...options
}: MotionProcessOptions & { onHealth(health: DeviceHealth): void }): OpenedMotion {
  const told = motionHealth(motionSite(options.layout).devices, options.clock, onHealth);
  return {
    health: told.all,
    forAreas: {
      motion: motionProcess(options),
      onPicture: ({ health }) => told.saw(health),
      onMotion: (isUp) => void (isUp || told.isAway()),
    },
  };
}
