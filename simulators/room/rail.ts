/** The carriages of one area as physical bodies: where they stand, how they roll, what they touch. Knows no rules. */
import { aisleWidthsMm, columnPositionsMm } from "../../src/site/carriages.ts";
import type { Area } from "../../src/site/layout.ts";

export interface RailPhysics {
  speedMmPerS: number;
  /** Braking, mm/s². */
  brakeMmPerS2: number;
}

export const defaultPhysics: RailPhysics = { speedMmPerS: 50, brakeMmPerS2: 250 };

/** Width that a person needs to step between two faces. */
export const personWidthMm = 500;
/** Below this width a body is crushed. */
export const bodyDepthMm = 250;
/** S2: a carriage that touches a person must stop within this distance. */
export const sweepMaxMm = 100;
/** An aisle counts as open when it is at most this much narrower than it should be. */
const openToleranceMm = 5;

export interface Rail {
  area: Area;
  physics: RailPhysics;
  positionsMm: Map<number, number>;
  /** Where the motors push each column, or null when the brakes are on. */
  targetsMm: Map<number, number> | null;
  /** Signed speed of each column now, mm/s. */
  speeds: Map<number, number>;
  /** People between the faces, by aisle. */
  people: Map<number, number>;
  /** How far faces have closed on a person since the touch, by aisle, mm. */
  sweptMm: Map<number, number>;
  sweptMaxMm: number;
  /** People hurt: squeezed, or pushed by more than 0.1 m. Must stay 0. */
  crushed: number;
  /** Faults: a jam draws over-current; edges that report "clear" whatever they touch. */
  jammed: boolean;
  edgesStuck: boolean;
}

export function newRail(area: Area, physics: RailPhysics = defaultPhysics): Rail {
  return {
    area,
    physics,
    positionsMm: columnPositionsMm(area.spec, 0),
    targetsMm: null,
    speeds: new Map(),
    people: new Map(),
    sweptMm: new Map(),
    sweptMaxMm: 0,
    crushed: 0,
    jammed: false,
    edgesStuck: false,
  };
}

export function drive(rail: Rail, openAisle: number): void {
  rail.targetsMm = columnPositionsMm(rail.area.spec, openAisle);
}

export function brake(rail: Rail): void {
  rail.targetsMm = null;
}

export function isStanding(rail: Rail): boolean {
  for (const speed of rail.speeds.values()) if (speed !== 0) return false;
  return true;
}

export function isAtTarget(rail: Rail): boolean {
  if (!rail.targetsMm) return false;
  for (const [column, target] of rail.targetsMm) if (rail.positionsMm.get(column) !== target) return false;
  return true;
}

/** The aisle that stands open at full width, or 0. */
export function openAisleOf(rail: Rail): number {
  for (const [aisle, width] of aisleWidthsMm(rail.area.spec, rail.positionsMm))
    if (width >= rail.area.spec.aisleWidthMm - openToleranceMm) return aisle;
  return 0;
}

export function aisleWidthMm(rail: Rail, aisle: number): number {
  return aisleWidthsMm(rail.area.spec, rail.positionsMm).get(aisle) ?? 0;
}

export interface RailSenses {
  edge: boolean;
  overCurrent: boolean;
}

/** Lets `dtMs` pass: rolls the carriages and returns what the edges and the drives sensed. */
export function roll(rail: Rail, dtMs: number): RailSenses {
  const before = aisleWidthsMm(rail.area.spec, rail.positionsMm);
  const overCurrent = rail.jammed && rail.targetsMm !== null && !isAtTarget(rail);
  for (const [column, position] of rail.positionsMm) rollColumn(rail, column, position, dtMs);
  const after = aisleWidthsMm(rail.area.spec, rail.positionsMm);
  let touched = false;
  for (const [aisle, count] of rail.people) {
    if (count === 0) continue;
    const closedMm = (before.get(aisle) ?? 0) - (after.get(aisle) ?? 0);
    if (closedMm <= 0) continue;
    touched = true;
    recordTouch(rail, aisle, closedMm, after.get(aisle) ?? 0);
  }
  // A touch is over once the carriages stand; the next one counts anew.
  if (isStanding(rail)) rail.sweptMm.clear();
  return { edge: touched && !rail.edgesStuck, overCurrent };
}

/** The worst case on purpose: the person stands against the face that moves, so the touch begins with the first millimetre. */
function recordTouch(rail: Rail, aisle: number, closedMm: number, widthMm: number): void {
  const already = rail.sweptMm.get(aisle) ?? 0;
  const swept = already + closedMm;
  rail.sweptMm.set(aisle, swept);
  rail.sweptMaxMm = Math.max(rail.sweptMaxMm, swept);
  const hurt = (mm: number, width: number) => mm > sweepMaxMm || width < bodyDepthMm;
  if (hurt(swept, widthMm) && !hurt(already, widthMm + closedMm)) rail.crushed++;
}

function rollColumn(rail: Rail, column: number, position: number, dtMs: number): void {
  const target = rail.jammed ? undefined : rail.targetsMm?.get(column);
  const speed = rail.speeds.get(column) ?? 0;
  const dtS = dtMs / 1000;
  if (target === undefined) {
    if (speed === 0) return;
    const slower = Math.max(0, Math.abs(speed) - rail.physics.brakeMmPerS2 * dtS);
    const travel = ((Math.abs(speed) + slower) / 2) * dtS * Math.sign(speed);
    rail.positionsMm.set(column, position + travel);
    rail.speeds.set(column, slower * Math.sign(speed));
    return;
  }
  const left = target - position;
  const step = rail.physics.speedMmPerS * dtS;
  if (Math.abs(left) <= step) {
    rail.positionsMm.set(column, target);
    rail.speeds.set(column, 0);
    return;
  }
  rail.positionsMm.set(column, position + step * Math.sign(left));
  rail.speeds.set(column, rail.physics.speedMmPerS * Math.sign(left));
}

/** Returns false when there is no room for a person at that aisle. */
export function stepIn(rail: Rail, aisle: number): boolean {
  if (aisleWidthMm(rail, aisle) < personWidthMm) return false;
  rail.people.set(aisle, (rail.people.get(aisle) ?? 0) + 1);
  return true;
}

/** Returns false when nobody is there. */
export function stepOut(rail: Rail, aisle: number): boolean {
  const count = rail.people.get(aisle) ?? 0;
  if (count === 0) return false;
  rail.people.set(aisle, count - 1);
  if (count === 1) rail.sweptMm.delete(aisle);
  return true;
}
