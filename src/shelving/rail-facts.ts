/** What the site file says of an area's rail: the measure of what its controller may tell. */
import { aisleWidthsMm, columnPositionsMm, railLengthMm, railOrder } from "../site/carriages.ts";
import { columnsOf } from "../site/layout.ts";
import type { AreaSpec } from "../site/schema.ts";

export interface RailFacts {
  /** Column numbers from the rail's left end. */
  order: readonly number[];
  depthMm: ReadonlyMap<number, number>;
  /** Where a column that cannot move stands; the others have none. */
  fixedAtMm: ReadonlyMap<number, number>;
  lengthMm: number;
  aisleWidthMm: number;
  /** What a carriage travels until another aisle stands open in place of the one that did. */
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
