import type { Devices } from "./check-area.ts";
import type { FaultList, Path } from "./fault-list.ts";
import { channelsOf, type InputChannel } from "./input-channels.ts";

/** The named channel, or null where it does not exist. */
export function channelAt(
  deviceId: string,
  no: number,
  atChannel: Path,
  at: Path,
  devices: Devices,
  list: FaultList,
): InputChannel | null {
  const device = devices.get(deviceId);
  if (!device) {
    list.fault([...at, "device"], `there is no device ${deviceId}`, `没有名为 ${deviceId} 的设备`);
    return null;
  }
  if (device.kind !== "input") {
    list.fault(
      [...at, "device"],
      `${device.id} is a ${device.kind}, not an input`,
      `${device.id} 是 ${device.kind}，不是输入设备（input）`,
    );
    return null;
  }
  const channel = channelsOf(device).find((one) => one.no === no);
  if (!channel) list.fault(atChannel, `${device.id} has no channel ${no}`, `${device.id} 没有 ${no} 号输入`);
  return channel ?? null;
}
