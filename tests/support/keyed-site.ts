/** Area 1 of the demo's site alone, behind a PLC that can show no reset, with a key on its Modbus line and one on MQTT. */
import { demoLayout } from "../../simulators/test-twin.ts";
import { type Layout, layoutOf } from "../../src/site/layout.ts";
import type { BusSpec, DeviceSpec, RoomSpec } from "../../src/site/schema.ts";

export const keyDevices: readonly DeviceSpec[] = [
  {
    id: "keys-1",
    kind: "input",
    protocol: "di-discrete",
    bus: "bus-shelf-1",
    address: 20,
    channels: [{ no: 1 }, { no: 2 }],
  },
  { id: "board-1", kind: "input", protocol: "archive-mqtt", bus: "broker", channels: [{ no: 3 }] },
];

export interface KeyedSite {
  controller?: string;
  /** Speed of the shelf's line. */
  baud?: number;
  keys?: Partial<DeviceSpec>;
  resetInputs?: RoomSpec["areas"][number]["resetInputs"];
  /** Adds a sensor that sees people on a module of its own, and a confirm button on the keys' module. */
  hasEyes?: boolean;
}

const eyes: DeviceSpec = {
  id: "eyes-1",
  kind: "input",
  protocol: "di-discrete",
  bus: "bus-eyes",
  address: 21,
  channels: [{ no: 1, normally: "closed" }],
};
const eyesBus: BusSpec = { id: "bus-eyes", link: { kind: "serial", port: "/dev/serial/by-id/eyes-1", baud: 19_200 } };
const withEyes = {
  safetyInputs: [{ kind: "occupancy" as const, device: "eyes-1", input: 1 }],
  confirmInputs: [{ device: "keys-1", channel: 2 }],
};

export function keyedLayout({
  controller = "fatek-njust",
  baud,
  keys = {},
  resetInputs,
  hasEyes = false,
}: KeyedSite = {}): Layout {
  const { site } = demoLayout;
  const [room] = site.rooms as [RoomSpec];
  const [area] = room.areas as [RoomSpec["areas"][number]];
  const inputs = resetInputs ?? [
    { device: "keys-1", channel: 1 },
    { device: "board-1", channel: 3 },
  ];
  const keyed = { ...area, antennas: [], noAntenna: [], resetInputs: inputs, ...(hasEyes ? withEyes : {}) };
  const devices = site.devices
    .filter((device) => device.bus === "bus-shelf-1")
    .map((device) => (device.kind === "shelf" ? { ...device, protocol: controller } : device));
  return layoutOf({
    ...site,
    rooms: [{ ...room, areas: [keyed] }],
    buses: [...site.buses, ...(hasEyes ? [eyesBus] : [])]
      .filter(({ id }) => id === "bus-shelf-1" || id === "bus-eyes" || id === "broker")
      .map(({ id, link }) => ({ id, link: baud && link.kind === "serial" ? { ...link, baud } : { ...link } })),
    devices: [
      ...devices,
      ...(hasEyes ? [eyes] : []),
      ...keyDevices.map((device) => (device.id === "keys-1" ? { ...device, ...keys } : device)),
    ],
  });
}
