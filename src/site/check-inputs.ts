/** Checks input devices, their channels and their use. Unused channels are reported; unsafe wiring is refused. */

import { channelAt } from "./channel-at.ts";
import type { Devices } from "./check-area.ts";
import { checkOccupancy } from "./check-occupancy.ts";
import type { FaultList, Path } from "./fault-list.ts";
import { inputIdOf } from "./input-channels.ts";
import { protocols } from "./protocols.ts";
import type { AreaSpec, DeviceSpec, Site } from "./schema.ts";

export function checkInputs(site: Site, list: FaultList): void {
  site.devices.forEach((device, i) => {
    checkDevice(device, ["devices", i], list);
  });
  const devices: Devices = new Map(site.devices.map((device) => [device.id, device]));
  const used = new Set([
    ...checkKeys(site, "resetInputs", devices, list),
    ...checkKeys(site, "confirmInputs", devices, list),
    ...checkOccupancy(site, devices, list),
  ]);
  site.rooms.forEach((room, r) => {
    room.areas.forEach((area, a) => {
      warnOfNoReset(area, ["rooms", r, "areas", a], devices, list);
    });
  });
  site.devices.forEach((device, d) => {
    (device.channels ?? []).forEach(({ no }, c) => {
      if (device.kind !== "input" || used.has(inputIdOf(device.id, no))) return;
      list.warn(
        ["devices", d, "channels", c],
        `channel ${no} of ${device.id} is named by no area: nothing happens when it changes`,
        `${device.id} 的 ${no} 号输入没有被任何区引用：它变化时什么也不会发生`,
      );
    });
  });
}

function checkDevice(device: DeviceSpec, path: Path, list: FaultList): void {
  const isInput = device.kind === "input";
  if (isInput && device.channels === undefined) {
    list.fault(
      path,
      `${device.id} needs channels: what is wired to it`,
      `${device.id} 缺少 channels：请写明接了哪些触点`,
    );
  }
  if (!isInput && device.channels !== undefined) {
    list.fault([...path, "channels"], "only an input device has channels", "只有输入设备（input）有 channels");
  }
  const isModule = isInput && protocols[device.protocol]?.wire === "modbus";
  for (const name of ["firstAddress", "closedReads"] as const) {
    if (device[name] === undefined || isModule) continue;
    list.fault([...path, name], `${name} belongs to an input module on Modbus`, `${name} 只用于 Modbus 上的输入模块`);
  }
  const seen = new Set<number>();
  (device.channels ?? []).forEach(({ no }, c) => {
    if (seen.has(no)) {
      list.fault(
        [...path, "channels", c, "no"],
        `channel ${no} of ${device.id} is described twice`,
        `${device.id} 的 ${no} 号输入重复定义`,
      );
    }
    seen.add(no);
  });
}

/** A contact that requests an action must be wired so that a broken wire never requests it. */
const keyWords = {
  resetInputs: {
    rule: "S3",
    en: { does: "resets", is: "a reset" },
    zh: { does: "用于复位", is: "复位" },
  },
  confirmInputs: {
    rule: "S13",
    en: { does: "confirms", is: "a confirm button" },
    zh: { does: "用于确认", is: "确认按钮" },
  },
} as const;
type KeyList = keyof typeof keyWords;

/** Checks all keys of that kind in every area; returns those that exist and are used. */
function checkKeys(site: Site, name: KeyList, devices: Devices, list: FaultList): Set<string> {
  const { rule, en, zh } = keyWords[name];
  const first = new Map<string, { areaId: string; isShared: boolean }>();
  site.rooms.forEach((room, r) => {
    room.areas.forEach((area, a) => {
      const seen = new Set<string>();
      (area[name] ?? []).forEach((input, i) => {
        const at: Path = ["rooms", r, "areas", a, name, i];
        const channel = channelAt(input.device, input.channel, [...at, "channel"], at, devices, list);
        if (!channel) return;
        if (channel.normally === "closed") {
          list.fault(
            [...at, "channel"],
            `${en.is} must be wired normally open: on ${input.device} channel ${input.channel} a broken wire would look like a press`,
            `${zh.is}必须接常开触点：${input.device} 的 ${input.channel} 号输入断线时会被当成按下`,
            rule,
          );
        }
        const inputId = inputIdOf(input.device, input.channel);
        if (seen.has(inputId)) {
          list.fault(at, `${inputId} is named twice for area ${area.id}`, `${area.id} 区重复引用了 ${inputId}`);
        }
        const other = first.get(inputId);
        if (other && !seen.has(inputId) && !(other.isShared && input.shared)) {
          list.fault(
            at,
            `${inputId} already ${en.does} area ${other.areaId}: one key for two areas must be said at both (shared: true)`,
            `${inputId} 已${zh.does} ${other.areaId} 区：一把钥匙管两个区须在两处都写 shared: true`,
            rule,
          );
        }
        seen.add(inputId);
        if (!other) first.set(inputId, { areaId: area.id, isShared: input.shared === true });
      });
    });
  });
  return new Set(first.keys());
}

/** S3: reported before the first STOP, not after it. */
function warnOfNoReset(area: AreaSpec, path: Path, devices: Devices, list: FaultList): void {
  const protocol = devices.get(area.controller)?.protocol ?? "";
  if (!protocols[protocol]?.cannotKeep.includes("S4") || (area.resetInputs ?? []).length > 0) return;
  list.warn(
    [...path, "controller"],
    `${protocol} shows neither that it was stopped nor that it was reset, and area ${area.id} names no resetInputs: after a STOP, and after every start of the gateway, it stays stopped`,
    `协议 ${protocol} 既不能显示已停止，也不能显示已复位，而 ${area.id} 区没有声明 resetInputs：每次停止以及网关每次启动之后，该区将一直停用`,
    "S3",
  );
}
