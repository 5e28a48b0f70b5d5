/**
 * The room that a site file describes, expanded: every column, aisle, face, layer and slot with a stable id.
 * Ids do not depend on how location codes are written: layer "r1.1.2A.3.4", slot "r1.1.2A.3.4.7".
 */
import { slotCodes } from "./location-code.ts";
import { parseRange } from "./range.ts";
import type { AreaSpec, DeviceSpec, Side, Site } from "./schema.ts";

export interface Column {
  no: number;
  kind: "fixed" | "mobile";
  sides: Side[];
  depthMm: number;
}

export interface Face {
  column: number;
  side: Side;
}

/** The gap between two neighbouring columns; aisle k lies between column k and column k + 1 of the numbering. */
export interface Aisle {
  no: number;
  /** The columns to its left and right on the rail. */
  leftColumn: number;
  rightColumn: number;
  faces: Face[];
}

export interface Layer {
  id: string;
  roomId: string;
  areaId: string;
  column: number;
  side: Side;
  bay: number;
  layer: number;
  aisle: number;
  usableWidthMm: number;
  /** The antenna that covers it, or null with the reason in the site file. */
  antenna: AntennaRef | null;
  noAntennaWhy: string | null;
}

export interface AntennaRef {
  readerId: string;
  /** 1-based. */
  port: number;
}

export interface Slot {
  id: string;
  layerId: string;
  slot: number;
  widthMm: number;
  /** From the left end of the layer. */
  offsetMm: number;
  locationCode: string;
}

export interface Area {
  id: string;
  roomId: string;
  spec: AreaSpec;
  /** In order of number, starting at the fixed side. */
  columns: Column[];
  aisles: Aisle[];
  layers: Layer[];
  slots: Slot[];
}

export interface Layout {
  site: Site;
  areas: Area[];
  layerById: Map<string, Layer>;
  slotById: Map<string, Slot>;
  slotByCode: Map<string, Slot>;
  /** Key `${readerId}:${port}`. */
  layerByAntenna: Map<string, Layer>;
  deviceById: Map<string, DeviceSpec>;
}

export function antennaKey(readerId: string, port: number): string {
  return `${readerId}:${port}`;
}

const unfolded = new WeakMap<Site, Layout>();

/**
 * The layout of a site file, computed once: the check of its codes needs it too, and 100 000 slots cost a start 0.3 s. Faults of
 * the file are found by checkSite, not here.
 */
export function layoutOf(site: Site): Layout {
  const layout = unfolded.get(site) ?? unfold(site);
  unfolded.set(site, layout);
  return layout;
}

function unfold(site: Site): Layout {
  const layout: Layout = {
    site,
    areas: [],
    layerById: new Map(),
    slotById: new Map(),
    slotByCode: new Map(),
    layerByAntenna: new Map(),
    deviceById: new Map(site.devices.map((device) => [device.id, device])),
  };
  for (const room of site.rooms) {
    for (const spec of room.areas) {
      const area = layoutArea(site, room.id, spec);
      layout.areas.push(area);
      for (const layer of area.layers) {
        layout.layerById.set(layer.id, layer);
        if (layer.antenna) layout.layerByAntenna.set(antennaKey(layer.antenna.readerId, layer.antenna.port), layer);
      }
      for (const slot of area.slots) {
        layout.slotById.set(slot.id, slot);
        layout.slotByCode.set(slot.locationCode, slot);
      }
    }
  }
  return layout;
}

function layoutArea(site: Site, roomId: string, spec: AreaSpec): Area {
  const { columns, aisles } = frameOf(spec);
  const aisleByFace = new Map(aisles.flatMap((aisle) => aisle.faces.map((face) => [faceKey(face), aisle.no] as const)));
  const antennas = antennasOf(spec);
  const silent = silentLayersOf(spec);
  const layers: Layer[] = [];
  const slots: Slot[] = [];
  for (const column of columns) {
    for (const side of column.sides) {
      const aisle = aisleByFace.get(faceKey({ column: column.no, side })) ?? 0;
      for (let bay = 1; bay <= spec.bays.count; bay++) {
        for (let layerNo = 1; layerNo <= spec.layers.count; layerNo++) {
          const key = `${column.no}${side}.${bay}.${layerNo}`;
          const id = `${roomId}.${spec.id}.${key}`;
          layers.push({
            id,
            roomId,
            areaId: spec.id,
            column: column.no,
            side,
            bay,
            layer: layerNo,
            aisle,
            usableWidthMm: spec.layers.usableWidthMm,
            antenna: antennas.get(key) ?? null,
            noAntennaWhy: silent.get(key) ?? null,
          });
          const codeOf = slotCodes(site, { room: roomId, area: spec.id, column: column.no, side, bay, layer: layerNo });
          let slotNo = 0;
          let offsetMm = 0;
          for (const run of spec.slots) {
            for (let i = 0; i < run.count; i++) {
              slotNo++;
              slots.push({
                id: `${id}.${slotNo}`,
                layerId: id,
                slot: slotNo,
                widthMm: run.widthMm,
                offsetMm,
                locationCode: codeOf(slotNo),
              });
              offsetMm += run.widthMm;
            }
          }
        }
      }
    }
  }
  return { id: spec.id, roomId, spec, columns, aisles, layers, slots };
}

/** Only columns and aisles: the parts that move. */
export function frameOf(spec: AreaSpec): Pick<Area, "columns" | "aisles"> {
  const columns = columnsOf(spec);
  return { columns, aisles: aislesOf(spec, columns) };
}

export function columnsOf(spec: AreaSpec): Column[] {
  const columns: Column[] = [];
  for (const entry of spec.columns) {
    for (let no = entry.no; no <= (entry.to ?? entry.no); no++) {
      columns.push({ no, kind: entry.kind, sides: [...entry.sides], depthMm: entry.depthMm ?? spec.columnDepthMm });
    }
  }
  return columns.sort((a, b) => a.no - b.no);
}

/** The side of a column that looks toward the fixed side, where numbering starts. */
export function nearSide(spec: AreaSpec): Side {
  return spec.mirrored ? "B" : "A";
}

function aislesOf(spec: AreaSpec, columns: Column[]): Aisle[] {
  const near = nearSide(spec);
  const far: Side = near === "A" ? "B" : "A";
  const aisles: Aisle[] = [];
  for (let i = 0; i + 1 < columns.length; i++) {
    const first = columns[i] as Column;
    const second = columns[i + 1] as Column;
    const faces: Face[] = [];
    if (first.sides.includes(far)) faces.push({ column: first.no, side: far });
    if (second.sides.includes(near)) faces.push({ column: second.no, side: near });
    const [left, right] = spec.fixedSide === "left" ? [first, second] : [second, first];
    aisles.push({ no: i + 1, leftColumn: left.no, rightColumn: right.no, faces });
  }
  return aisles;
}

function faceKey(face: Face): string {
  return `${face.column}${face.side}`;
}

function antennasOf(spec: AreaSpec): Map<string, AntennaRef> {
  const antennas = new Map<string, AntennaRef>();
  for (const coverage of spec.antennas) {
    const ports = parseRange(coverage.ports);
    let next = 0;
    for (const bay of parseRange(coverage.bays)) {
      for (const layer of parseRange(coverage.layers)) {
        const port = ports[next++];
        if (port !== undefined) {
          antennas.set(`${coverage.column}${coverage.side}.${bay}.${layer}`, { readerId: coverage.reader, port });
        }
      }
    }
  }
  return antennas;
}

function silentLayersOf(spec: AreaSpec): Map<string, string> {
  const silent = new Map<string, string>();
  for (const entry of spec.noAntenna ?? []) {
    for (const bay of parseRange(entry.bays)) {
      for (const layer of parseRange(entry.layers))
        silent.set(`${entry.column}${entry.side}.${bay}.${layer}`, entry.why);
    }
  }
  return silent;
}
