/** Checks everything in a site file beyond its shape, each fault with its line: the gateway does not start on a fault. */
import { checkAntennas } from "./check-antennas.ts";
import { checkArea } from "./check-area.ts";
import { checkDevices } from "./check-devices.ts";
import { checkInputs } from "./check-inputs.ts";
import { checkLocationCodes } from "./check-location-codes.ts";
import { type FaultList, faultList } from "./fault-list.ts";
import type { ParsedSite, SiteFault } from "./parse-site.ts";
import type { Site } from "./schema.ts";

/** Faults and warnings (`isWarning`), including those of the file's shape. */
export function checkSite(parsed: ParsedSite): SiteFault[] {
  const { site } = parsed;
  if (!site) return parsed.faults;
  const list = faultList(parsed);
  checkTimezone(site, list);
  checkDevices(site, list);
  checkInputs(site, list);
  checkRooms(site, list);
  // Location codes need the layout, which only a file without faults has.
  if (list.all.every((fault) => fault.isWarning)) checkLocationCodes(site, list);
  return [...parsed.faults, ...list.all].sort((a, b) => a.line - b.line);
}

function checkTimezone(site: Site, list: FaultList): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: site.timezone });
  } catch {
    list.fault(["timezone"], `there is no time zone ${site.timezone}`, `没有时区 ${site.timezone}`);
  }
}

function checkRooms(site: Site, list: FaultList): void {
  const devices = new Map(site.devices.map((device) => [device.id, device]));
  const roomIds = new Set<string>();
  const controllers = new Map<string, string>();
  const usedPorts = new Map<string, string>();
  site.rooms.forEach((room, r) => {
    if (roomIds.has(room.id))
      list.fault(["rooms", r, "id"], `room ${room.id} is described twice`, `库房 ${room.id} 重复定义`);
    roomIds.add(room.id);
    const areaIds = new Set<string>();
    room.areas.forEach((spec, a) => {
      const path = ["rooms", r, "areas", a];
      if (areaIds.has(spec.id))
        list.fault([...path, "id"], `area ${spec.id} is described twice`, `区 ${spec.id} 重复定义`);
      areaIds.add(spec.id);
      const other = controllers.get(spec.controller);
      if (other !== undefined) {
        list.fault(
          [...path, "controller"],
          `${spec.controller} already drives area ${other}: one controller, one area`,
          `${spec.controller} 已控制 ${other} 区：一个控制器只能控制一个区`,
          "S11",
        );
      }
      controllers.set(spec.controller, spec.id);
      checkArea(spec, path, devices, list);
      checkAntennas(spec, path, devices, usedPorts, list);
    });
  });
}
