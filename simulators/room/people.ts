/** People walk in and out of open aisles; the entrance beam counts them, if it works, and wired sensors see them. */
import { occupancyInputs } from "../../src/site/input-channels.ts";
import { stepIn, stepOut } from "./rail.ts";
import type { TwinArea } from "./room.ts";

export type PersonFault = "no-room" | "already-inside" | "not-inside";

export function enterAisle(area: TwinArea, aisle: number, who: string): PersonFault | null {
  if (area.persons.has(who)) return "already-inside";
  if (!stepIn(area.rail, aisle)) return "no-room";
  area.persons.set(who, aisle);
  if (!area.isCounterBlind) area.rig.entry();
  return null;
}

export function leaveAisle(area: TwinArea, who: string): PersonFault | null {
  const aisle = area.persons.get(who);
  if (aisle === undefined) return "not-inside";
  area.persons.delete(who);
  stepOut(area.rail, aisle);
  if (!area.isCounterBlind) area.rig.exit();
  return null;
}

/** For the sensor at this input, which sees one aisle or the whole area. */
export function isSomebodySeen(areas: Iterable<TwinArea>, inputId: string): boolean {
  return [...areas].some(({ area, persons }) =>
    occupancyInputs(area.spec).some(
      ({ id, aisle }) => id === inputId && [...persons.values()].some((where) => aisle === null || where === aisle),
    ),
  );
}
