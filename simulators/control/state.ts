/** The whole room in one object, for a map or a test. */
import { aisleWidthsMm } from "../../src/site/carriages.ts";
import type { TwinArea } from "../room/room.ts";
import { statusOf } from "../shelf/status.ts";
import type { Twin } from "../twin.ts";

export function areaState(twin: Twin, area: TwinArea) {
  const { rail, rig } = area;
  const state = rig.state();
  const tenths = (map: Iterable<[number, number]>) =>
    Object.fromEntries([...map].map(([no, mm]) => [no, Math.round(mm * 10) / 10]));
  return {
    area: area.key,
    isPowered: rig.isPowered(),
    controller: statusOf(rig, twin.room.airOf(area)),
    phase: state.phase,
    needsMove: state.job,
    positionsMm: tenths(rail.positionsMm),
    aisleWidthsMm: tenths(aisleWidthsMm(area.area.spec, rail.positionsMm)),
    aisleLight: state.aisleLight,
    guideLight: state.light,
    people: Object.fromEntries(area.persons),
    panel: {
      emergencyPressed: state.emergencyPressed,
      loggedOut: state.loggedOut,
      isProtected: state.isProtected,
      occupied: state.occupied,
      peopleCounted: state.people,
    },
    safety: { crushed: rail.crushed, sweptMaxMm: Math.round(rail.sweptMaxMm * 10) / 10 },
    faults: { jammed: rail.jammed, edgesStuck: rail.edgesStuck, isCounterBlind: area.isCounterBlind },
  };
}

export function twinState(twin: Twin) {
  const { boxes } = twin.room;
  const hands: Record<string, string[]> = {};
  let outside = 0;
  for (const { epc, place } of boxes.byEpc.values()) {
    if (place.kind === "hands") hands[place.who] = [...(hands[place.who] ?? []), epc];
    else if (place.kind === "outside") outside++;
  }
  return {
    atMs: twin.clock.nowMs(),
    roomAtMs: twin.roomClock.nowMs(),
    timeFactor: twin.roomClock.factor(),
    areas: [...twin.room.areas.values()].map((area) => areaState(twin, area)),
    buses: [...twin.buses].map(([id, { isPlugged, faults, wrongBaud }]) => ({ id, isPlugged, ...faults, wrongBaud })),
    readers: [...twin.readers].map(([id, { missingPorts, isMute }]) => ({
      id,
      isMute,
      missingPorts: [...missingPorts],
    })),
    inputs: [...twin.inputs].map(([id, { contacts, faults }]) => ({
      id,
      ...faults,
      contacts: Object.fromEntries(contacts),
    })),
    dead: [...twin.dead],
    boxes: { total: boxes.byEpc.size, standing: boxes.bySlot.size, outside, hands },
  };
}
