/** Checks which antenna covers which layer: each at most one layer, and a layer without antenna must say so. */
import type { Devices } from "./check-area.ts";
import type { FaultList, Path } from "./fault-list.ts";
import { columnsOf } from "./layout.ts";
import { parseRange } from "./range.ts";
import type { AreaSpec } from "./schema.ts";

type Coverage = Pick<AreaSpec["antennas"][number], "column" | "side" | "bays" | "layers">;

/** `usedPorts`: "reader:port" → the place that uses it, over all areas of the site. */
export function checkAntennas(
  spec: AreaSpec,
  path: Path,
  devices: Devices,
  usedPorts: Map<string, string>,
  list: FaultList,
): void {
  const covered = new Map<string, string>();
  const faces = new Set(columnsOf(spec).flatMap((column) => column.sides.map((side) => `${column.no}${side}`)));
  spec.antennas.forEach((coverage, i) => {
    const at = [...path, "antennas", i];
    const layers = layersOf(spec, faces, coverage, at, list);
    const ports = parseRange(coverage.ports);
    if (layers && ports.length !== layers.length) {
      list.fault(
        at,
        `${ports.length} ports for ${layers.length} layers`,
        `端口数 ${ports.length} 与层数 ${layers.length} 不一致`,
      );
    }
    checkPorts(coverage.reader, ports, `${spec.id}.${coverage.column}${coverage.side}`, at, devices, usedPorts, list);
    for (const layer of layers ?? []) {
      const other = covered.get(layer);
      if (other !== undefined) {
        list.fault(at, `layer ${layer} already has an antenna of ${other}`, `层 ${layer} 已由 ${other} 的天线覆盖`);
      }
      covered.set(layer, coverage.reader);
    }
  });
  const silent = checkSilent(spec, path, faces, covered, list);
  checkUncovered(spec, path, faces, covered, silent, list);
}

function layersOf(
  spec: AreaSpec,
  faces: ReadonlySet<string>,
  { column, side, bays, layers }: Coverage,
  at: Path,
  list: FaultList,
): string[] | null {
  const face = `${column}${side}`;
  if (!faces.has(face)) {
    list.fault(at, `there is no face ${face}`, `没有 ${face} 这一面`);
    return null;
  }
  const bayNos = parseRange(bays);
  const layerNos = parseRange(layers);
  if (bayNos.some((no) => no > spec.bays.count) || layerNos.some((no) => no > spec.layers.count)) {
    list.fault(
      at,
      `the area has ${spec.bays.count} bays of ${spec.layers.count} layers`,
      `本区只有 ${spec.bays.count} 节、每节 ${spec.layers.count} 层`,
    );
    return null;
  }
  return bayNos.flatMap((bay) => layerNos.map((layer) => `${face}.${bay}.${layer}`));
}

function checkPorts(
  reader: string,
  ports: readonly number[],
  where: string,
  at: Path,
  devices: Devices,
  usedPorts: Map<string, string>,
  list: FaultList,
): void {
  const device = devices.get(reader);
  if (device?.kind !== "reader") {
    list.fault([...at, "reader"], `${reader} is not a reader of this site`, `${reader} 不是本站点的读写器`);
    return;
  }
  const count = device.ports ?? 4;
  const beyond = ports.find((port) => port > count);
  if (beyond !== undefined) {
    list.fault(
      [...at, "ports"],
      `${reader} has ${count} ports; there is no port ${beyond}`,
      `${reader} 只有 ${count} 个端口，没有第 ${beyond} 端口`,
    );
  }
  for (const port of ports) {
    const key = `${reader}:${port}`;
    const other = usedPorts.get(key);
    if (other !== undefined) {
      list.fault(
        [...at, "ports"],
        `port ${port} of ${reader} already covers a layer of ${other}`,
        `${reader} 的第 ${port} 端口已覆盖 ${other} 的一层`,
      );
    }
    usedPorts.set(key, where);
  }
}

function checkSilent(
  spec: AreaSpec,
  path: Path,
  faces: ReadonlySet<string>,
  covered: ReadonlyMap<string, string>,
  list: FaultList,
): Set<string> {
  const silent = new Set<string>();
  (spec.noAntenna ?? []).forEach((entry, i) => {
    const at = [...path, "noAntenna", i];
    for (const layer of layersOf(spec, faces, entry, at, list) ?? []) {
      if (covered.has(layer)) {
        list.fault(at, `layer ${layer} is said to have no antenna and has one`, `层 ${layer} 声明无天线，却配置了天线`);
      }
      silent.add(layer);
    }
  });
  return silent;
}

function checkUncovered(
  spec: AreaSpec,
  path: Path,
  faces: ReadonlySet<string>,
  covered: ReadonlyMap<string, string>,
  silent: ReadonlySet<string>,
  list: FaultList,
): void {
  const missing: string[] = [];
  for (const face of faces) {
    for (let bay = 1; bay <= spec.bays.count; bay++) {
      for (let layer = 1; layer <= spec.layers.count; layer++) {
        const key = `${face}.${bay}.${layer}`;
        if (!covered.has(key) && !silent.has(key)) missing.push(key);
      }
    }
  }
  if (missing.length === 0) return;
  const named = missing.slice(0, 5).join(", ") + (missing.length > 5 ? " …" : "");
  list.fault(
    [...path, "antennas"],
    `${missing.length} layers have no antenna and noAntenna does not say why: ${named}`,
    `${missing.length} 层没有天线，noAntenna 中也没有说明原因：${named}`,
  );
}
