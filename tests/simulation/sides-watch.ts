/**
 * Rules while gateway and motion are held, delayed and killed, each alone. F: motion's decisions are in the journal once and in
 * their order. I3: nothing begins on behalf of a silent gateway, nor on a status that is long out of date. I5: carriages that
 * roll on without a heartbeat are first stopped by the next motion, which is there within a second.
 */
import type { TwinArea } from "../../simulators/room/room.ts";
import type { Twin } from "../../simulators/twin.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { Fact } from "../../src/motion/messages.ts";
import type { MotionWatched } from "./motion-side.ts";
import type { Fail, MotionWatch } from "./motion-watch.ts";
import { motionVerbs, readShelfFrame } from "./shelf-frame.ts";
import { shelfBusOf } from "./site.ts";

const silentMsMax = 10_000;
/** A status counts for a second; polling and a late wire are added. */
const shownMsMax = 1_000 + 600;
/** From the open link: a first tick, and STOP's own patience. */
const firstStopMsMax = 500;
/** After a motion has run this long, its successor starts without a pause. */
const steadyMs = 10_000;
const restartMsMax = 1_000;

interface Zone {
  areaKey: string;
  area: TwinArea;
  busId: string;
  upSinceMs: number | null;
  /** Since when its controller would refuse any motion. */
  blockedSinceMs: number | null;
  /** Its motion process died while the carriages rolled, and they still roll. */
  isLeftRolling: boolean;
}

export interface SidesWatch extends MotionWatched {
  sent(busId: string, bytes: Uint8Array): void;
  link(busId: string, isUp: boolean): void;
  look(isMotionHeld: boolean): void;
  /** New rows of the journal. */
  rows(rows: readonly JournalRow[]): void;
  /** Facts that the journal does not have yet. */
  missing(): number;
}

export interface SidesWatchOptions {
  twin: Twin;
  clock: Clock;
  watch: MotionWatch;
  fail: Fail;
  /** A gateway lives and runs, and so can start motion. */
  isGatewayUp(): boolean;
}

export function sidesWatch({ twin, clock, watch, fail, isGatewayUp }: SidesWatchOptions): SidesWatch {
  const zones: Zone[] = [...twin.room.areas].map(([areaKey, area]) => ({
    areaKey,
    area,
    busId: shelfBusOf(areaKey),
    upSinceMs: null,
    blockedSinceMs: null,
    isLeftRolling: false,
  }));
  const decisions = decisionsWatch(fail);
  let heardAtMs = clock.nowMs();
  let begunAtMs = 0;
  let isUp = false;
  let dueAtMs: number | null = null;

  function onFrame(zone: Zone, verb: string, isCommand: boolean): void {
    const nowMs = clock.nowMs();
    const { areaKey, blockedSinceMs } = zone;
    if (verb === "stop") zone.isLeftRolling = false;
    if (!isCommand) return;
    if (zone.isLeftRolling) fail("I5", `${areaKey}: ${verb} goes out before a STOP to what an earlier motion moves`);
    if (!motionVerbs.has(verb)) return;
    if (nowMs - heardAtMs >= silentMsMax)
      fail("I3", `${areaKey}: ${verb} goes out when the gateway has been silent for ${nowMs - heardAtMs} ms`);
    if (blockedSinceMs !== null && nowMs - blockedSinceMs > shownMsMax)
      fail("I3", `${areaKey}: ${verb} goes out ${nowMs - blockedSinceMs} ms after its controller began to refuse`);
  }

  return {
    heard(message) {
      heardAtMs = clock.nowMs();
      if (message.kind === "order" && message.order.kind === "stop" && message.order.actor.startsWith("person:"))
        watch.stopped(message.areaKey);
    },
    decided: decisions.decided,
    began() {
      isUp = true;
      begunAtMs = clock.nowMs();
      heardAtMs = begunAtMs;
      dueAtMs = null;
    },
    ends: () => watch.motionEnds(),
    gone() {
      const nowMs = clock.nowMs();
      if (isUp && nowMs - begunAtMs > steadyMs) dueAtMs = nowMs + restartMsMax;
      isUp = false;
      watch.motionGone();
      for (const zone of zones) {
        zone.upSinceMs = null;
        zone.isLeftRolling = zone.area.rail.targetsMm !== null && !zone.area.rules.needsHeartbeat;
      }
    },
    sent(busId, bytes) {
      const zone = zones.find((one) => one.busId === busId);
      const frame = zone ? readShelfFrame(bytes) : null;
      if (zone && frame) onFrame(zone, frame.verb, frame.kind === "command");
    },
    link(busId, up) {
      const zone = zones.find((one) => one.busId === busId);
      if (zone) zone.upSinceMs = up ? clock.nowMs() : null;
    },
    look(isMotionHeld) {
      const nowMs = clock.nowMs();
      if (!isGatewayUp()) dueAtMs = null;
      if (dueAtMs !== null && nowMs > dueAtMs) fail("L", `no motion ${restartMsMax} ms after the last one died`);
      for (const zone of zones) {
        if (isMotionHeld && zone.upSinceMs !== null) zone.upSinceMs = nowMs;
        const { area, areaKey, upSinceMs } = zone;
        const isBlocked = refusesMotion(area);
        if (!isBlocked) zone.blockedSinceMs = null;
        else zone.blockedSinceMs ??= nowMs;
        if (area.rail.targetsMm === null) zone.isLeftRolling = false;
        if (zone.isLeftRolling && upSinceMs !== null && nowMs - upSinceMs > firstStopMsMax)
          fail("I5", `${areaKey} rolls on after its motion died, and the next one sends no STOP`);
      }
    },
    rows: decisions.rows,
    missing: decisions.missing,
  };
}

/** F: motion's decisions are in the journal once and in their order. */
function decisionsWatch(fail: Fail): Pick<SidesWatch, "decided" | "rows" | "missing"> {
  const decided: Fact[] = [];
  let stored = 0;

  return {
    decided(fact) {
      if (fact.body.kind === "decision") decided.push(fact);
    },
    rows(rows) {
      for (const row of rows) {
        if (row.body.decision === undefined) continue;
        const next = decided[stored++];
        const told = textOf(row.body);
        const known = next && textOf({ ...next.body, areaKey: next.areaKey, decidedAtMs: next.atMs });
        if (told !== known) fail("F", `${row.chain} ${row.revision} says ${told}, motion's next is ${known ?? "none"}`);
      }
    },
    missing: () => decided.length - stored,
  };
}

/** One decision in a form that is equal for its row and its fact. */
function textOf(body: Readonly<Record<string, unknown>>): string {
  const { areaKey, decidedAtMs, decision, commandId, verb, aisle, code, times } = body;
  return JSON.stringify([areaKey, decidedAtMs, decision, commandId, verb, aisle, code, times ?? 1]);
}

function refusesMotion({ rig }: TwinArea): boolean {
  const state = rig.state();
  if (!rig.isPowered() || state.people !== 0 || state.occupied) return true;
  if (state.emergencyPressed || state.emergencyLatched || state.tripped || state.overCurrent) return true;
  return (
    state.sensorFault || state.notHomed || state.stopped || state.inhibited || state.loggedOut || state.isProtected
  );
}
