/** What the site file says of an area's rail, to compare with what its controller reports. */
import { aisleWidthsMm, columnPositionsMm, railLengthMm, railOrder } from "../site/carriages.ts";
import { columnsOf } from "../site/layout.ts";
import type { AreaSpec } from "../site/schema.ts";

export interface RailFacts {
  /** Column numbers from the rail's left end. */
  order: readonly number[];
  depthMm: ReadonlyMap<number, number>;
  /** Position of each column that cannot move; the others are left out. */
  fixedAtMm: ReadonlyMap<number, number>;
  lengthMm: number;
  aisleWidthMm: number;
  /** Distance that a carriage travels until another aisle stands open instead. */
  travelMm: number;
  /** Width of the gap at each aisle. */
  widthsMm(positions: ReadonlyMap<number, number>): Map<number, number>;
}

export function railFacts(spec: AreaSpec): RailFacts {
  const columns = columnsOf(spec);
  const spread = columnPositionsMm(spec, 0);
  const fixed = columns.filter(({ kind }) => kind === "fixed");
  return {
    order: railOrder(spec),
    depthMm: new Map(columns.map(({ no, depthMm }) => [no, depthMm])),
    fixedAtMm: new Map(fixed.map(({ no }) => [no, spread.get(no) ?? 0])),
    lengthMm: railLengthMm(spec),
    aisleWidthMm: spec.aisleWidthMm,
    travelMm: Math.max(0, spec.aisleWidthMm - spec.fingerGapMm),
    widthsMm: (positions) => aisleWidthsMm(spec, positions),
  };
}
