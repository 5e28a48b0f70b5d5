/** Opens every device of a site. Returns at once: devices not plugged in come up later, and `health()` shows them as down. */
import type { ClimatePort, DeviceHealth, DevicePorts, InputPort, ReaderPort, ShelfPort } from "../contract/ports.ts";
import type { Area } from "../site/layout.ts";
import { earlyAlarms } from "./early-alarms.ts";
import { type OpenedDevice, openClimate, openInput, openReader, openShelf } from "./open-driver.ts";
import { type OpenDevicesOptions, openLines } from "./open-lines.ts";
import { roomOfDevice } from "./room-of-device.ts";

export function areaKey(area: Pick<Area, "roomId" | "id">): string {
  return `${area.roomId}.${area.id}`;
}

export function openDevices(options: OpenDevicesOptions): DevicePorts {
  const { layout, clock, mqtt, opens = () => true } = options;
  const opened: OpenedDevice[] = [];
  const healthListeners: ((health: DeviceHealth) => void)[] = [];
  const onHealth = (health: DeviceHealth) => {
    for (const listener of healthListeners) listener(health);
  };
  const alarms = earlyAlarms();
  const lines = openLines(options, alarms);
  const opening = { layout, clock, lines, onHealth };
  const shelves = new Map<string, ShelfPort>();
  const readers = new Map<string, ReaderPort>();
  const climates = new Map<string, ClimatePort>();
  const inputs = new Map<string, InputPort>();

  function keep<Port extends OpenedDevice>(port: Port): Port {
    opened.push(port);
    return port;
  }

  for (const area of layout.areas) {
    const controller = layout.deviceById.get(area.spec.controller);
    if (controller && opens(controller)) shelves.set(areaKey(area), keep(openShelf(opening, controller, area)));
  }
  for (const device of layout.site.devices.filter(opens)) {
    if (device.kind === "reader") readers.set(device.id, keep(openReader(opening, device)));
    if (device.kind === "climate") climates.set(device.id, keep(openClimate(opening, device)));
    if (device.kind === "input") inputs.set(device.id, keep(openInput(opening, device)));
  }
  // Any device of a room may send an alarm, whichever process opens it.
  if (mqtt && !options.isMotion)
    for (const device of layout.site.devices) if (lines.isOnMqtt(device)) lines.mqttRoomOf(device);
  if (mqtt && options.isMotion) for (const room of Object.keys(options.callers ?? {})) lines.mqttRoom(room);
  if (mqtt && "openInside" in mqtt) {
    const { health } = mqtt;
    if (health) opened.push({ health, close() {} });
    mqtt.onHealth?.(onHealth);
    mqtt.onAlarmsHeld?.((username, held) => {
      const device = layout.deviceById.get(username);
      if (!device) return;
      const about = { roomId: roomOfDevice(layout, device), deviceId: device.id, atMs: clock.nowMs() };
      alarms.onFault({ ...about, fault: "not-taken", alarms: held });
    });
  }
  lines.start();

  return {
    ...{ shelves, readers, climates, inputs },
    health: () => opened.map((device) => device.health()),
    onHealth: (listener) => void healthListeners.push(listener),
    onAlarm: alarms.listen,
    async close() {
      for (const device of opened) device.close();
      await lines.stop();
    },
  };
}
