/** The room whose topics an MQTT device uses: the one in the site file, else that of the area that uses the device. */
import { Refusal } from "../contract/errors.ts";
import type { Layout } from "../site/layout.ts";
import type { DeviceSpec } from "../site/schema.ts";

export function roomOfDevice(layout: Layout, device: DeviceSpec): string {
  if (device.room !== undefined) return device.room;
  for (const { roomId, spec } of layout.areas) {
    const isUsed =
      spec.controller === device.id ||
      spec.lights === device.id ||
      spec.climate?.includes(device.id) ||
      spec.antennas.some(({ reader }) => reader === device.id) ||
      spec.safetyInputs?.some((input) => input.device === device.id) ||
      spec.resetInputs?.some((input) => input.device === device.id) ||
      spec.confirmInputs?.some((input) => input.device === device.id);
    if (isUsed) return roomId;
  }
  const [only, ...others] = layout.site.rooms;
  if (only && others.length === 0) return only.id;
  throw new Refusal("bad-input", { detail: `device ${device.id} needs a room` });
}
