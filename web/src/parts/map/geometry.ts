/** The area in oblique projection: the rail runs to the right, the aisles' depth runs up to the right. All in mm. Pure. */
import type { AreaView, RoomView } from "../../../../src/contract/aisles.ts";

export type AreaGeometry = RoomView["areas"][number];
type Column = AreaGeometry["columns"][number];

export interface Projection {
  /** Screen shift of the far end of the aisles, mm. */
  dx: number;
  dy: number;
  depthMm: number;
  heightMm: number;
  viewBox: string;
  width: number;
  height: number;
  /** x along the rail, y into the depth, z up → "sx,sy". */
  at(x: number, y: number, z: number): string;
}

const plinthMm = 120;
const headroomMm = 400;
const sillMm = 200;

export function projectionOf(area: AreaGeometry): Projection {
  const depthMm = area.bays * area.bayWidthMm;
  const heightMm = plinthMm + area.layers * area.layerHeightMm;
  // The far end shifts by no more than an open aisle is wide, so that its left face is seen whole.
  const dx = Math.min(depthMm * 0.26, area.aisleWidthMm * 0.95);
  const dy = Math.min(depthMm * 0.3, 1_500);
  const floor = headroomMm + heightMm + dy;
  const width = area.railLengthMm + dx + 120;
  const height = floor + sillMm;
  return {
    dx,
    dy,
    depthMm,
    heightMm,
    width,
    height,
    viewBox: `-60 0 ${width} ${height}`,
    at(x, y, z) {
      const part = depthMm === 0 ? 0 : y / depthMm;
      return `${round(x + part * dx)},${round(floor - z - part * dy)}`;
    },
  };
}

function round(mm: number): number {
  return Math.round(mm * 10) / 10;
}

/** Layers in their physical order, the top one first. */
export function layersFromTop(area: Pick<AreaGeometry, "layers" | "layerOrder">): number[] {
  const layers = Array.from({ length: area.layers }, (_, i) => i + 1);
  return area.layerOrder === "fromTop" ? layers : layers.reverse();
}

/** One cell of a face at `x`: bay 1 nearest to the entrance. */
export function cellOf(area: AreaGeometry, projection: Projection, x: number, bay: number, layer: number): string {
  const y1 = (bay - 1) * area.bayWidthMm;
  const y2 = bay * area.bayWidthMm;
  const below = area.layerOrder === "fromTop" ? area.layers - layer : layer - 1;
  const bottom = plinthMm + below * area.layerHeightMm;
  const top = bottom + area.layerHeightMm;
  const { at } = projection;
  return `${at(x, y1, bottom)} ${at(x, y2, bottom)} ${at(x, y2, top)} ${at(x, y1, top)}`;
}

/** Left edge of every column in rail order; unreported positions are computed from the open aisle. */
export function positionsOf(area: AreaGeometry, view: Pick<AreaView, "columns" | "openAisle"> | undefined): number[] {
  const told = new Map(view?.columns.map((column) => [column.column, column.positionMm]));
  const guess = spread(area, view?.openAisle ?? null);
  return area.columns.map((column, i) => told.get(column.no) ?? guess[i] ?? 0);
}

function spread(area: AreaGeometry, openAisle: number | null): number[] {
  const depth = area.columns.reduce((sum, column) => sum + column.depthMm, 0);
  const gaps = area.columns.length - 1;
  const freeMm = Math.max(0, area.railLengthMm - depth);
  const open = area.aisles.find((aisle) => aisle.no === openAisle);
  const restMm = open && gaps > 1 ? Math.max(0, freeMm - area.aisleWidthMm) / (gaps - 1) : freeMm / Math.max(1, gaps);
  let x = 0;
  return area.columns.map((column) => {
    const here = x;
    x += column.depthMm + (open?.leftColumn === column.no ? Math.min(area.aisleWidthMm, freeMm) : restMm);
    return here;
  });
}

export interface Gap {
  aisle: number;
  left: Column;
  right: Column;
  fromMm: number;
  toMm: number;
}

export function gapsOf(area: AreaGeometry, positions: readonly number[]): Gap[] {
  const indexOf = new Map(area.columns.map((column, i) => [column.no, i]));
  return area.aisles.flatMap((aisle) => {
    const l = indexOf.get(aisle.leftColumn);
    const r = indexOf.get(aisle.rightColumn);
    const left = l === undefined ? undefined : area.columns[l];
    const right = r === undefined ? undefined : area.columns[r];
    if (l === undefined || r === undefined || !left || !right) return [];
    return [{ aisle: aisle.no, left, right, fromMm: (positions[l] ?? 0) + left.depthMm, toMm: positions[r] ?? 0 }];
  });
}
