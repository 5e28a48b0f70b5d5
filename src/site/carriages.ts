/** Where the carriages of an area stand: pure geometry in millimetres from the rail's left end. */
import { columnsOf } from "./layout.ts";
import type { AreaSpec } from "./schema.ts";

/** Columns in the order they stand on the rail, from its left end. */
export function railOrder(spec: AreaSpec): number[] {
  const numbers = columnsOf(spec).map((column) => column.no);
  return spec.fixedSide === "left" ? numbers : numbers.reverse();
}

/** Length of the rail: all columns, a finger gap in every closed aisle, the width of the aisles that may stand open. */
export function railLengthMm(spec: AreaSpec): number {
  const columns = columnsOf(spec);
  const open = spec.openAislesMax ?? 1;
  const depth = columns.reduce((sum, column) => sum + column.depthMm, 0);
  return depth + open * spec.aisleWidthMm + (columns.length - 1 - open) * spec.fingerGapMm;
}

/**
 * Left edge of every column when aisle `openAisle` stands open (0 = spread: the free width is shared evenly).
 * Returns a map from column number to mm.
 */
export function columnPositionsMm(spec: AreaSpec, openAisle: number): Map<number, number> {
  const columns = new Map(columnsOf(spec).map((column) => [column.no, column]));
  const order = railOrder(spec);
  const gaps = order.length - 1;
  const evenMm = (spec.aisleWidthMm + (gaps - 1) * spec.fingerGapMm) / gaps;
  const positions = new Map<number, number>();
  let x = 0;
  order.forEach((no, i) => {
    positions.set(no, x);
    x += columns.get(no)?.depthMm ?? 0;
    const next = order[i + 1];
    if (next === undefined) return;
    // Aisle k lies between the columns numbered k and k + 1, whichever way the numbering runs.
    const aisle = Math.min(no, next);
    x += openAisle === 0 ? evenMm : aisle === openAisle ? spec.aisleWidthMm : spec.fingerGapMm;
  });
  return positions;
}

/** Width of the gap at each aisle, mm, from the carriages' positions. */
export function aisleWidthsMm(spec: AreaSpec, positions: ReadonlyMap<number, number>): Map<number, number> {
  const columns = new Map(columnsOf(spec).map((column) => [column.no, column]));
  const order = railOrder(spec);
  const widths = new Map<number, number>();
  for (let i = 0; i + 1 < order.length; i++) {
    const left = order[i] as number;
    const right = order[i + 1] as number;
    const gap = (positions.get(right) ?? 0) - (positions.get(left) ?? 0) - (columns.get(left)?.depthMm ?? 0);
    widths.set(Math.min(left, right), gap);
  }
  return widths;
}
