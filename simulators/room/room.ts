/** The physical room: boxes, air, and for each area its rail, controller, climate and people. Knows no names and no catalogue. */
import type { Chance } from "../../src/clock/chance.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { Area, Layout } from "../../src/site/layout.ts";
import { newAir as newRadioAir, type Air as RadioAir } from "../radio/air.ts";
import type { AirRules } from "../radio/parameters.ts";
import { newRig, type Rig } from "../shelf/rig.ts";
import { type ControllerRules, defaultRules } from "../shelf/state.ts";
import { type BoxRoom, newBoxRoom, type StandingBox } from "./boxes.ts";
import { type Air, driftAir, newAir } from "./climate.ts";
import { aisleWidthMm, newRail, type Rail } from "./rail.ts";

export interface TwinArea {
  /** "r1.1" */
  key: string;
  area: Area;
  rail: Rail;
  rules: ControllerRules;
  rig: Rig;
  air: Air;
  /** The people between the faces, by name, and where. */
  persons: Map<string, number>;
  /** Fault: the entrance beam does not count. */
  isCounterBlind: boolean;
}

export interface Room {
  layout: Layout;
  boxes: BoxRoom;
  radio: RadioAir;
  areas: Map<string, TwinArea>;
  clock: Clock;
  /** The area's air, drifted up to now. */
  airOf(area: TwinArea): Air;
}

export interface RoomOptions {
  layout: Layout;
  standing: readonly StandingBox[];
  clock: Clock;
  chance: Chance;
  /** The morning's opening round was done, so the first opening works. Default true. */
  confirmedAtStart?: boolean;
  rules?: Partial<ControllerRules>;
  air?: AirRules;
  /** Boots before this one, so that a restarted twin shows a new boot id. */
  bootIdBefore?: number;
}

export function newRoom(options: RoomOptions): Room {
  const { layout, clock, chance } = options;
  const boxes = newBoxRoom(layout, options.standing);
  const areas = new Map<string, TwinArea>();
  for (const area of layout.areas) {
    const key = `${area.roomId}.${area.id}`;
    areas.set(key, newArea(key, area, options));
  }
  const drift = chance.fork("climate");
  return {
    layout,
    boxes,
    areas,
    clock,
    radio: newRadioAir(layout, boxes, chance.fork("radio"), options.air, {
      gapMm: (key, aisle) => {
        const area = areas.get(key);
        return area ? aisleWidthMm(area.rail, aisle) : 0;
      },
      people: (key, aisle) => areas.get(key)?.rail.people.get(aisle) ?? 0,
    }),
    airOf(area) {
      driftAir(area.air, clock.nowMs(), drift);
      return area.air;
    },
  };
}

function newArea(key: string, area: Area, options: RoomOptions): TwinArea {
  const { layout, clock } = options;
  const registerMap = layout.deviceById.get(area.spec.controller)?.protocol;
  const rail = newRail(area);
  const rules: ControllerRules = {
    ...defaultRules,
    aisles: area.aisles.length,
    aisleWidthMm: area.spec.aisleWidthMm,
    needsHeartbeat: registerMap !== "fatek-njust",
    ...options.rules,
  };
  const confirmedAtStart = options.confirmedAtStart ?? true;
  const rig = newRig({ rail, rules, clock, confirmedAtStart, bootIdBefore: options.bootIdBefore ?? 0 });
  return { key, area, rail, rules, rig, air: newAir(clock.nowMs()), persons: new Map(), isCounterBlind: false };
}
