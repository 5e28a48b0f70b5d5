import type { Layout } from "../site/layout.ts";

/** The area that uses the device, e.g. "r1.2", or the room if none does. */
export function placeOfDevice(layout: Layout, roomId: string, deviceId: string | null): string {
  const area = layout.areas.find(
    ({ spec }) =>
      spec.controller === deviceId ||
      spec.lights === deviceId ||
      (deviceId !== null && spec.climate?.includes(deviceId)) ||
      spec.antennas.some(({ reader }) => reader === deviceId),
  );
  return area ? `${area.roomId}.${area.id}` : roomId;
}
