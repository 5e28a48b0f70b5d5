/** Alarms that follow from the areas' own states: pushed once when they begin, and listed while they last, for later readers. */
import type { AreaView } from "../contract/aisles.ts";
import type { AreaAlarm } from "../contract/alarms.ts";
import { saying } from "./area-view.ts";

export function areaAlarms(areas: { all(): readonly { view(): AreaView }[] }): AreaAlarm[] {
  return areas.all().flatMap((drive) => {
    const { areaKey, interlocks } = drive.view();
    return interlocks.includes("stopNotConfirmed") ? [{ areaKey, ...saying("stop-not-confirmed") }] : [];
  });
}
