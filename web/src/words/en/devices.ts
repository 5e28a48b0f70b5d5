import type { Shape } from "../shape.ts";
import type { devices as zh } from "../zh/devices.ts";

export const devices: Shape<typeof zh> = {
  title: "Devices",
  fine: "Works.",
  kind: {
    reader: "reader",
    shelf: "shelf controller",
    climate: "climate sensor",
    lights: "lights",
    input: "digital inputs",
    broker: "MQTT broker",
  },
  state: { up: "up", degraded: "degraded", down: "down" },
  upCount: "{{up}} of {{all}} up",
  none: "The site file names no devices.",
};
