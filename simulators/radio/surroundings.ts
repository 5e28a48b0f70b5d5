/** How the room affects the air between two faces: their distance, and the people between them. */
import { aisleWidthsMm, columnPositionsMm } from "../../src/site/carriages.ts";
import type { Layout } from "../../src/site/layout.ts";

export interface Surroundings {
  /** Width of an aisle now, mm. */
  gapMm(areaKey: string, aisle: number): number;
  /** People in it. */
  people(areaKey: string, aisle: number): number;
}

/** The room at rest: carriages spread as after a start, nobody inside. */
export function atRest(layout: Layout): Surroundings {
  const widths = new Map(
    layout.areas.map((area) => [
      `${area.roomId}.${area.id}`,
      aisleWidthsMm(area.spec, columnPositionsMm(area.spec, 0)),
    ]),
  );
  return { gapMm: (areaKey, aisle) => widths.get(areaKey)?.get(aisle) ?? 0, people: () => 0 };
}
