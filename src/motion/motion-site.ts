/** Motion's part of a site: every bus with a shelf controller or digital input and all its devices; areas without slots. */

import { roomOfDevice } from "../devices/room-of-device.ts";
import { type Area, frameOf, type Layout } from "../site/layout.ts";
import type { DeviceSpec, Site } from "../site/schema.ts";

/** The site as sent to the motion process: controllers and carriages, not the hundred thousand slots. */
export function motionSite(layout: Layout): Site {
  const { site } = layout;
  const isMotions = ofMotion(layout);
  const devices = site.devices.filter(isMotions);
  const rooms = site.rooms.map((room) => ({
    ...room,
    areas: room.areas.map(({ noAntenna: _, ...area }) => ({ ...area, antennas: [] })),
  }));
  return {
    ...site,
    rooms,
    devices,
    buses: site.buses.filter((bus) => devices.some((device) => device.bus === bus.id)),
  };
}

/** Devices that may report fire, by room: every device on MQTT. Motion hears them by itself, even if the gateway fails (S21). */
export function alarmCallers(layout: Layout): Record<string, string[]> {
  const isMqtt = new Map(layout.site.buses.map((bus) => [bus.id, bus.link.kind === "mqtt"]));
  const onMqtt = layout.site.devices.filter(({ bus }) => isMqtt.get(bus));
  const inRoom = (roomId: string) => onMqtt.filter((device) => roomOfDevice(layout, device) === roomId);
  const rooms = layout.site.rooms.map(({ id }) => [id, inRoom(id).map((device) => device.id)] as const);
  return Object.fromEntries(rooms.filter(([, ids]) => ids.length > 0));
}

/** For openDevices in the motion process: areas without layers and slots. */
export function motionLayout(site: Site): Layout {
  const areas: Area[] = site.rooms.flatMap((room) =>
    room.areas.map((spec) => ({ id: spec.id, roomId: room.id, spec, ...frameOf(spec), layers: [], slots: [] })),
  );
  return {
    site,
    areas,
    layerById: new Map(),
    slotById: new Map(),
    slotByCode: new Map(),
    layerByAntenna: new Map(),
    deviceById: new Map(site.devices.map((device) => [device.id, device])),
  };
}

/**
 * On a line: every device that shares it with a controller or digital input. On MQTT: only those two; each connects by itself.
 */
export function ofMotion({ site }: Layout): (device: DeviceSpec) => boolean {
  const isMqtt = new Map(site.buses.map((bus) => [bus.id, bus.link.kind === "mqtt"]));
  const isOwn = ({ kind }: DeviceSpec) => kind === "shelf" || kind === "input";
  const lines = new Set(
    site.devices
      .filter(isOwn)
      .map(({ bus }) => bus)
      .filter((bus) => !isMqtt.get(bus)),
  );
  return (device) => isOwn(device) || lines.has(device.bus);
}
