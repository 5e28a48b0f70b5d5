import type { Areas } from "./areas.ts";

/** Keys of areas whose carriages move, are about to, or may be rolling without a motion. */
export function areasInMotion(areas: Areas): string[] {
  return areas
    .all()
    .filter((area) => !area.isStill())
    .map(({ areaKey }) => areaKey);
}
