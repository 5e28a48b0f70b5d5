/** People walk in and out of open aisles; the entrance beam counts them, if it works. */
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
