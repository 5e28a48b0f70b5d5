/** A robot in place of a person: goes in, does the tasks of its list, comes out, resets the panel. */
import { sleep } from "../../src/clock/clock.ts";
import { type BoxFault, putBox, takeBox } from "./boxes.ts";
import { enterAisle, leaveAisle, type PersonFault } from "./people.ts";
import type { Room, TwinArea } from "./room.ts";

export interface WalkOrder {
  aisle: number;
  take: readonly string[];
  put: readonly { epc: string; slotId: string }[];
  who: string;
  /** Press reset at the panel after coming out; default true. */
  resets?: boolean;
}

export interface WalkReport {
  fault: PersonFault | null;
  taken: string[];
  put: string[];
  failed: { epc: string; fault: BoxFault | "other-aisle" }[];
}

const stepMs = 1500;
const boxMs = 2000;

export async function walk(room: Room, area: TwinArea, order: WalkOrder): Promise<WalkReport> {
  const report: WalkReport = { fault: null, taken: [], put: [], failed: [] };
  const { clock, layout, boxes } = room;
  await sleep(clock, stepMs);
  report.fault = enterAisle(area, order.aisle, order.who);
  if (report.fault) return report;
  const isReachable = (slotId: string) => {
    const slot = layout.slotById.get(slotId);
    const layer = slot && layout.layerById.get(slot.layerId);
    return layer?.areaId === area.area.id && layer.roomId === area.area.roomId && layer.aisle === order.aisle;
  };
  for (const epc of order.take) {
    await sleep(clock, boxMs);
    const place = boxes.byEpc.get(epc)?.place;
    const isNear = place?.kind !== "slot" || isReachable(place.slotId);
    const fault = isNear ? takeBox(boxes, layout, epc, order.who) : "other-aisle";
    if (fault) report.failed.push({ epc, fault });
    else report.taken.push(epc);
  }
  for (const { epc, slotId } of order.put) {
    await sleep(clock, boxMs);
    const isNear = !layout.slotById.has(slotId) || isReachable(slotId);
    const fault = isNear ? putBox(boxes, layout, epc, slotId) : "other-aisle";
    if (fault) report.failed.push({ epc, fault });
    else report.put.push(epc);
  }
  await sleep(clock, stepMs);
  leaveAisle(area, order.who);
  if (order.resets ?? true) {
    await sleep(clock, stepMs);
    area.rig.key("reset");
    area.rig.key("confirm");
  }
  return report;
}
