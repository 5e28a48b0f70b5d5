/**
 * Checks inputs that see people (S9) and the confirmation buttons (S13): missing ones, or ones that fail to danger, are refused.
 */
import { channelAt } from "./channel-at.ts";
import type { Devices } from "./check-area.ts";
import type { FaultList, Path } from "./fault-list.ts";
import { inputIdOf, occupancyInputs } from "./input-channels.ts";
import { columnsOf } from "./layout.ts";
import type { AreaSpec, Site } from "./schema.ts";

type SafetyInput = NonNullable<AreaSpec["safetyInputs"]>[number];

/** Returns the channels that are named and exist. */
export function checkOccupancy(site: Site, devices: Devices, list: FaultList): Set<string> {
  const used = new Set<string>();
  site.rooms.forEach((room, r) => {
    room.areas.forEach((area, a) => {
      const path: Path = ["rooms", r, "areas", a];
      const seen = new Set<string>();
      (area.safetyInputs ?? []).forEach((input, i) => {
        if (input.kind !== "occupancy") return;
        const at = [...path, "safetyInputs", i];
        const inputId = checkInput(area, input, at, devices, list);
        if (inputId === null) return;
        if (seen.has(inputId))
          list.fault(at, `${inputId} is named twice for area ${area.id}`, `${area.id} 区重复引用了 ${inputId}`);
        seen.add(inputId);
        used.add(inputId);
      });
      checkAisles(area, path, list);
      checkConfirm(area, path, list);
    });
  });
  return used;
}

/** The id of an existing channel; null for the controller's own count, or if there is no channel. */
function checkInput(
  area: AreaSpec,
  { device, input, aisle }: SafetyInput,
  at: Path,
  devices: Devices,
  list: FaultList,
): string | null {
  const isOwn = device === area.controller;
  if (isOwn && input !== undefined) {
    list.fault(
      [...at, "input"],
      `no input of the controller ${device} is read: wire the sensor to an input device and name its channel`,
      `网关不读取控制器 ${device} 的输入：请将传感器接到输入设备（input）并写明其通道`,
      "S9",
    );
  }
  // A missing channel is reported where all safety inputs are checked.
  if (isOwn || !devices.has(device)) return null;
  if (input === undefined) {
    list.fault(
      at,
      `name the channel of ${device} that sees people (input: 1)`,
      `请写明 ${device} 的哪个通道用于人员检测（input: 1）`,
      "S9",
    );
    return null;
  }
  const channel = channelAt(device, input, [...at, "input"], at, devices, list);
  if (!channel) return null;
  if (channel.normally !== "closed") {
    list.fault(
      [...at, "input"],
      `an occupancy input must be closed while it sees nobody (normally: closed): on ${device} channel ${input} a broken wire, or a sensor without power, would look like an empty aisle`,
      `人员检测必须接常闭触点（无人时闭合，normally: closed）：${device} 的 ${input} 号输入断线或传感器断电时会被当成无人`,
      "S9",
    );
  }
  const aisles = columnsOf(area).length - 1;
  if (aisle !== undefined && aisle > aisles)
    list.fault([...at, "aisle"], `area ${area.id} has no aisle ${aisle}`, `${area.id} 区没有 ${aisle} 号通道`);
  return inputIdOf(device, input);
}

/** An aisle that no input sees would count as empty for ever. */
function checkAisles(area: AreaSpec, path: Path, list: FaultList): void {
  const eyes = occupancyInputs(area);
  if (eyes.length === 0 || eyes.some(({ aisle }) => aisle === null)) return;
  const aisles = Array.from({ length: columnsOf(area).length - 1 }, (_, i) => i + 1);
  const blind = aisles.filter((no) => !eyes.some(({ aisle }) => aisle === no));
  if (blind.length === 0) return;
  list.fault(
    [...path, "safetyInputs"],
    `no occupancy input looks into aisle ${blind.join(", ")} of area ${area.id}`,
    `${area.id} 区的 ${blind.join("、")} 号通道没有人员检测输入`,
    "S9",
  );
}

function checkConfirm(area: AreaSpec, path: Path, list: FaultList): void {
  const isSeen = occupancyInputs(area).length > 0;
  const isConfirmed = (area.confirmInputs ?? []).length > 0;
  if (isSeen && !isConfirmed) {
    list.fault(
      [...path, "safetyInputs"],
      `an input sees people and does not count them, so somebody has to look and say so: name the button for it in confirmInputs of area ${area.id}`,
      `检测输入只能感应，不能计数，因此须有人看清后确认：请在 ${area.id} 区的 confirmInputs 中声明确认按钮`,
      "S13",
    );
  }
  if (isConfirmed && !isSeen) {
    list.fault(
      [...path, "confirmInputs"],
      `confirmInputs of area ${area.id} confirm nothing: they belong to occupancy inputs in safetyInputs`,
      `${area.id} 区的 confirmInputs 没有可确认的内容：它们属于 safetyInputs 中的人员检测输入`,
      "S13",
    );
  }
}
