/** The controller's complete picture, in the product's terms; every protocol encodes this one. */
import type { ColumnMotion } from "../../src/contract/shelf.ts";
import type { Air } from "../room/climate.ts";
import { activityOf } from "./blocked-by.ts";
import { lies, type Picture } from "./lie.ts";
import type { Rig } from "./rig.ts";

export function statusOf(rig: Rig, air: Air | null): Picture {
  const { mischief } = rig;
  const truth = trueStatusOf(rig, air);
  return mischief.lie ? lies[mischief.lie](truth, ++mischief.told) : truth;
}

function trueStatusOf(rig: Rig, air: Air | null): Picture {
  const state = rig.state();
  const { rail } = rig;
  return {
    bootId: state.retained.bootId,
    activity: activityOf(state),
    openAisle: state.openAisle,
    columns: rail.area.columns.map(({ no }) => ({
      column: no,
      positionMm: state.notHomed ? null : Math.round(rail.positionsMm.get(no) ?? 0),
      motion: motionOf(rail.speeds.get(no) ?? 0),
      fault: state.overCurrent && rail.jammed,
    })),
    interlocks: {
      emergencyStop: state.emergencyPressed || state.emergencyLatched,
      tripped: state.tripped,
      overCurrent: state.overCurrent,
      panelLoggedOut: state.loggedOut,
      isProtected: state.isProtected,
      inhibited: state.inhibited,
      sensorFault: state.sensorFault,
      notHomed: state.notHomed,
      heartbeatLost: state.heartbeatLost,
    },
    occupancy: { people: state.people, entrySeq: state.entrySeq, confirmedEntrySeq: state.confirmedEntrySeq },
    lastCommand: state.lastCommand,
    light: state.light,
    temperatureC: air && Math.round(air.temperatureC * 10) / 10,
    humidityPct: air && Math.round(air.humidityPct * 10) / 10,
  };
}

function motionOf(speed: number): ColumnMotion {
  return speed === 0 ? "still" : speed > 0 ? "right" : "left";
}
