import type { Layout } from "../site/layout.ts";

/** "r1.2", the area that uses the device, or the room where none does. */
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
