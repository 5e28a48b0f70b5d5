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
  time: {
    title: "The machine's time",
    state: {
      synchronised: "follows its time source",
      "not-synchronised": "follows no time source",
      unknown: "not known whether it is right",
    },
    by: "says {{source}};",
    offset: "off by {{offset}} s;",
    since: "since {{at}}",
    unknownHelp:
      "Nothing on this machine can say (chronyc, timedatectl). Not known is not right: see to it that it keeps time; in a container /run/systemd/timesync can be mounted read-only.",
  },
};
