import type { Areas } from "./areas.ts";

/** Where carriages move, are about to, or may be rolling without anybody who drives them. */
export function areasInMotion(areas: Areas): string[] {
  return areas
    .all()
    .filter((area) => !area.isStill())
    .map(({ areaKey }) => areaKey);
}
