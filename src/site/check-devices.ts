/** Checks buses and devices: ids, addresses, protocols, and which devices share wires. */
import { keptWithout, ruleNamed } from "../contract/safety-rules.ts";
import type { FaultList, Path } from "./fault-list.ts";
import { type ProtocolFacts, protocols } from "./protocols.ts";
import type { BusSpec, DeviceSpec, Site } from "./schema.ts";

export function checkDevices(site: Site, list: FaultList): void {
  checkBuses(site, list);
  const buses = new Map(site.buses.map((bus) => [bus.id, bus]));
  const seenIds = new Set<string>();
  const seenAddresses = new Map<string, string>();
  const wires = new Map<string, string>();
  site.devices.forEach((device, i) => {
    const path: Path = ["devices", i];
    if (seenIds.has(device.id)) {
      list.fault([...path, "id"], `device ${device.id} is described twice`, `设备 ${device.id} 重复定义`);
    }
    seenIds.add(device.id);
    const bus = buses.get(device.bus);
    if (!bus) {
      list.fault([...path, "bus"], `there is no bus ${device.bus}`, `没有名为 ${device.bus} 的总线`);
      return;
    }
    checkProtocol(device, bus, path, list);
    checkAddress(device, bus, path, list);
    checkRoom(site, device, path, list);
    if (bus.link.kind === "mqtt") return;
    const key = `${bus.id}/${device.address}`;
    const other = seenAddresses.get(key);
    if (other !== undefined && device.address !== undefined) {
      list.fault(
        [...path, "address"],
        `address ${device.address} on ${bus.id} is already ${other}'s`,
        `总线 ${bus.id} 上的地址 ${device.address} 已被 ${other} 使用`,
      );
    }
    seenAddresses.set(key, device.id);
    const wire = protocols[device.protocol]?.wire;
    const first = wires.get(bus.id);
    if (wire !== undefined && first !== undefined && first !== wire) {
      list.fault(
        [...path, "bus"],
        `${device.id} speaks ${wire}, but ${bus.id} already carries ${first}: two protocols on one pair disturb each other`,
        `${device.id} 使用 ${wire} 协议，而总线 ${bus.id} 上已有 ${first} 设备：同一总线不能混用两种协议`,
      );
    }
    if (wire !== undefined && first === undefined) wires.set(bus.id, wire);
  });
}

function checkBuses(site: Site, list: FaultList): void {
  const ids = new Set<string>();
  const places = new Map<string, string>();
  site.buses.forEach(({ id, link }, i) => {
    if (ids.has(id)) list.fault(["buses", i, "id"], `bus ${id} is described twice`, `总线 ${id} 重复定义`);
    ids.add(id);
    if (link.kind === "mqtt") return;
    const place = link.kind === "serial" ? link.port : `${link.host}:${link.port}`;
    const other = places.get(place);
    if (other !== undefined) {
      list.fault(["buses", i, "link"], `${place} is already bus ${other}`, `${place} 已被总线 ${other} 使用`);
    }
    places.set(place, id);
    if (!site.devices.some((device) => device.bus === id)) {
      list.warn(["buses", i], `nothing is on bus ${id}`, `总线 ${id} 上没有设备`);
    }
  });
}

function checkProtocol(device: DeviceSpec, bus: BusSpec, path: Path, list: FaultList): void {
  const facts = protocols[device.protocol];
  if (!facts?.kinds.includes(device.kind)) {
    list.fault(
      [...path, "protocol"],
      `${device.protocol} is not a protocol for ${device.kind === "input" ? "an" : "a"} ${device.kind}; known: ${knownFor(device.kind)}`,
      `${device.protocol} 不是 ${device.kind} 类设备的协议；可用：${knownFor(device.kind)}`,
    );
    return;
  }
  if ((facts.wire === "mqtt") !== (bus.link.kind === "mqtt")) {
    list.fault(
      [...path, "bus"],
      `${device.protocol} does not run on the ${bus.link.kind} bus ${bus.id}`,
      `协议 ${device.protocol} 不能用在 ${bus.link.kind} 总线 ${bus.id} 上`,
    );
  }
  if (device.framing === "tcp" && bus.link.kind === "serial") {
    list.fault([...path, "framing"], "TCP framing on a serial line", "串口上不能使用 TCP 帧格式");
  }
  if (device.kind !== "reader" && device.ports !== undefined) {
    list.fault([...path, "ports"], "only a reader has antenna ports", "只有读写器有天线端口");
  }
  warnOfRules(device.protocol, facts, path, list);
}

/**
 * For each rule that a protocol cannot carry, says whether the gateway does what it can instead, or only the shelving keeps it.
 */
function warnOfRules(protocol: string, { cannotKeep }: ProtocolFacts, path: Path, list: FaultList): void {
  const said = (by: "gateway" | "shelving", language: "zh" | "en") =>
    keptWithout(cannotKeep, by)
      .map((rule) => ruleNamed(rule, language))
      .join(language === "zh" ? "；" : "; ");
  if (keptWithout(cannotKeep, "gateway").length > 0) {
    list.warn(
      [...path, "protocol"],
      `${protocol} carries nothing for these safety rules: ${said("gateway", "en")}. What the gateway does instead, as long as its motion control runs, is in docs/safety.md`,
      `协议 ${protocol} 无法承载这些安全规则：${said("gateway", "zh")}。网关在其移动控制进程运行时代为做什么，见 docs/safety.zh-CN.md`,
    );
  }
  if (keptWithout(cannotKeep, "shelving").length > 0) {
    list.warn(
      [...path, "protocol"],
      `${protocol} tells nothing of these, and no gateway can keep them instead: ${said("shelving", "en")}. Make sure that the controller and the drives keep them by themselves`,
      `协议 ${protocol} 不提供以下各项，网关无法代为执行：${said("shelving", "zh")}。请确认控制器和驱动器自身能够保证`,
    );
  }
}

function knownFor(kind: DeviceSpec["kind"]): string {
  const names = Object.keys(protocols).filter((name) => protocols[name]?.kinds.includes(kind));
  return names.join(", ");
}

function checkAddress(device: DeviceSpec, bus: BusSpec, path: Path, list: FaultList): void {
  if (bus.link.kind === "mqtt") {
    if (device.address !== undefined) {
      list.fault(
        [...path, "address"],
        `${device.id} is on MQTT, where the id is the address`,
        `${device.id} 使用 MQTT，以设备编号寻址，不需要地址`,
      );
    }
    return;
  }
  const facts = protocols[device.protocol];
  if (device.address === undefined) {
    list.fault(path, `${device.id} needs an address on ${bus.id}`, `${device.id} 缺少在总线 ${bus.id} 上的地址`);
  } else if (facts && (device.address < facts.addressMin || device.address > facts.addressMax)) {
    list.fault(
      [...path, "address"],
      `address ${device.address} is not within ${facts.addressMin}–${facts.addressMax} of ${device.protocol}`,
      `地址 ${device.address} 超出 ${device.protocol} 的范围 ${facts.addressMin}–${facts.addressMax}`,
    );
  }
}

function checkRoom(site: Site, device: DeviceSpec, path: Path, list: FaultList): void {
  const { room } = device;
  if (room !== undefined && !site.rooms.some(({ id }) => id === room)) {
    list.fault([...path, "room"], `there is no room ${room}`, `没有名为 ${room} 的库房`);
  }
}
