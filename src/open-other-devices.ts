import { randomBytes } from "node:crypto";
import { seededChance } from "./clock/chance.ts";
import type { Clock } from "./clock/clock.ts";
import type { DevicePorts } from "./contract/ports.ts";
import { openDevices } from "./devices/open-devices.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { ofMotion } from "./motion/motion-site.ts";

/** All devices but those that motion drives. */
export function openOtherDevices(
  { layout, links, mqtt }: Pick<GatewayOptions, "layout" | "links" | "mqtt">,
  clock: Clock,
): DevicePorts {
  const isMotions = ofMotion(layout);
  return openDevices({
    layout,
    opens: (device) => !isMotions(device),
    clock,
    chance: seededChance(randomBytes(8).toString("hex")),
    ...(links ? { links } : {}),
    ...(mqtt ? { mqtt } : {}),
  });
}
