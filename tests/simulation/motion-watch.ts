/**
 * Checks I3, I4, I5 (and I6 for locks) after every timer against the twin's true state: a motion was requested, once, in time, in
 * a zone that was clear and reset; an old gateway's grant never returns; a STOP is on the wire before anything else.
 */
import type { Twin } from "../../simulators/twin.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { motionVerbs, readShelfFrame, type ShelfFrame } from "./shelf-frame.ts";
import { type Asked, newZone, type Zone } from "./zone.ts";

export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9" | "I10" | "D" | "F" | "L" | "E";
export type Fail = (invariant: Invariant, detail: string) => void;

/** S15: latest start, and the time that the wire and the controller may add. */
const startMsMax = 2_000;
const wireMsMax = 600;
/** STOP on an open link (bus.ts: patience, quiet and frame gap). */
const stopMsMax = 150;
/** S14: a stale heartbeat, one tick, and the brakes. */
const beatlessMsMax = 500 + 50 + wireMsMax;

/** After this time the last true status is too old. */
const heardMsMax = 1_000 + wireMsMax;

export interface MotionWatch {
  asked(areaKey: string, verb: ShelfFrame["verb"], aisle: number): Asked;
  stopped(areaKey: string): void;
  /** A person was told that their lock is on. */
  locked(areaKey: string, personId: string): void;
  /** From now on the lock may be off. */
  unlocking(areaKey: string, personId: string): void;
  /** The locks that the living gateway shows: a confirmed lock outlives the gateway that confirmed it. */
  shown(areaKey: string, lockedBy: readonly string[]): void;
  /** The wall clock jumped, and motion has seen it: requests that wait from before are dropped. */
  clockSet(atMs: number): void;
  /** A row of the journal. */
  told(row: Pick<JournalRow, "kind" | "body">): void;
  /** The controller begins to report impossible values, or stops doing so. */
  lies(areaKey: string, isLying: boolean): void;
  /** The driving motion ends everything in progress. */
  motionEnds(): void;
  motionGone(): void;
  /** The gateway that knew of the STOPs has gone. */
  forgetStops(): void;
  sent(busId: string, bytes: Uint8Array): void;
  link(busId: string, isUp: boolean): void;
  entered(areaKey: string): void;
  emergency(areaKey: string): void;
  /** Old frames of that bus that may be sent again. */
  oldFrames(areaKey: string): readonly Uint8Array[];
  look(isMotionHeld: boolean): void;
  readonly starts: number;
  readonly stops: number;
  readonly stopMsWorst: number;
}

export function motionWatch(twin: Twin, clock: Clock, fail: Fail, note: (line: string) => void): MotionWatch {
  let starts = 0;
  let stops = 0;
  let stopMsWorst = 0;
  const zones = new Map<string, Zone>();
  for (const [areaKey, area] of twin.room.areas) {
    const zone = newZone(areaKey, area, clock.nowMs());
    zones.set(areaKey, zone);
    area.rig.onEvent(({ name }) => onEvent(areaKey, zone, name));
  }
  const zoneOfBus = (busId: string) => [...zones.values()].find((zone) => zone.busId === busId);

  function onEvent(areaKey: string, zone: Zone, name: string): void {
    note(`twin ${areaKey} ${name}`);
    if (name === "reset") zone.resetAtMs = clock.nowMs();
    else if (name === "warning") onTaken(areaKey, zone);
    else if (name === "moving") onMoving(areaKey, zone);
    else if (name === "power-cut") zone.emergencyAtMs = clock.nowMs();
  }

  /** The controller accepted a motion command: find the request that it belongs to. */
  function onTaken(areaKey: string, zone: Zone): void {
    const { job, retained } = zone.area.rig.state();
    const wire = `${retained.epochHighest}/${job?.wireId}`;
    const asked = zone.asked.find((one) => one.wire === wire);
    if (zone.begun.has(wire)) fail("I3", `${areaKey}: command ${wire} was begun twice`);
    zone.begun.add(wire);
    if (!asked) {
      fail("I3", `${areaKey}: command ${wire} begins, which nobody asked for`);
      return;
    }
    const ageMs = clock.nowMs() - asked.atMs;
    if (ageMs > startMsMax + wireMsMax) fail("I3", `${areaKey}: command ${wire} begins ${ageMs} ms after its request`);
  }

  function onMoving(areaKey: string, zone: Zone): void {
    starts++;
    const { rig, persons, isCounterBlind } = zone.area;
    const state = rig.state();
    const why: string[] = [];
    if (!isCounterBlind && zone.enteredAtMs > zone.resetAtMs) why.push("entered since the last reset");
    if (zone.emergencyAtMs > zone.resetAtMs) why.push("stopped or without power since the last reset");
    if (persons.size > 0 && state.people !== 0) why.push(`${persons.size} inside`);
    if (state.emergencyPressed || state.emergencyLatched) why.push("emergency stop");
    if (state.tripped || state.overCurrent || state.sensorFault || state.notHomed || state.stopped) why.push("latched");
    if (state.heartbeatLost || state.inhibited || state.loggedOut || state.isProtected) why.push("blocked");
    if (state.people !== 0 || state.occupied) why.push("occupied");
    if (state.confirmedEntrySeq !== state.entrySeq) why.push("not confirmed");
    if (why.length > 0) fail("I3", `${areaKey} starts moving: ${why.join(", ")}`);
  }

  function onFrame(areaKey: string, zone: Zone, frame: ShelfFrame, bytes: Uint8Array): void {
    const nowMs = clock.nowMs();
    if (frame.kind === "stop") {
      if (zone.stopAskedAtMs !== null)
        stopMsWorst = Math.max(stopMsWorst, nowMs - Math.max(zone.stopAskedAtMs, zone.upSinceMs));
      zone.stopAskedAtMs = null;
      return;
    }
    zone.lastBeatAtMs = nowMs;
    if (frame.kind === "beat") return;
    const { epoch, wireId, verb, aisle } = frame;
    const wire = `${epoch}/${wireId}`;
    note(`wire ${areaKey} ${verb} ${aisle || ""} ${wire}`);
    if (epoch < zone.epochSeen) fail("I4", `${areaKey}: epoch ${epoch} after ${zone.epochSeen}`);
    zone.epochSeen = Math.max(zone.epochSeen, epoch);
    if (!motionVerbs.has(verb)) return;
    zone.taken.push(bytes.slice());
    if (zone.locks.size > 0) fail("I3", `${areaKey}: ${verb} ${aisle} (${wire}) goes out while it is locked`);
    if (zone.stopAskedAtMs !== null)
      fail("I5", `${areaKey}: ${verb} went out before the STOP of ${zone.stopAskedAtMs}`);
    if (zone.liesSinceMs !== null && nowMs - zone.liesSinceMs > heardMsMax)
      fail("I3", `${areaKey}: ${verb} ${aisle} (${wire}) goes out on statuses that cannot be so`);
    const isFirst = (one: Asked) => one.wire === null && !one.isVoid && one.verb === verb && one.aisle === aisle;
    const asked = zone.asked.find((one) => one.wire === wire) ?? zone.asked.findLast(isFirst);
    if (!asked) {
      fail("I3", `${areaKey}: ${verb} ${aisle} (${wire}) goes out, which nobody asked for`);
      return;
    }
    if (asked.isVoid) fail("I3", `${areaKey}: ${verb} ${aisle} (${wire}) goes out again after its end`);
    asked.wire = wire;
  }

  function voidAll(zone: Zone): void {
    for (const one of zone.asked) one.isVoid = true;
  }

  return {
    asked(areaKey, verb, aisle) {
      const one: Asked = { verb, aisle, atMs: clock.nowMs(), isVoid: false, wire: null };
      zones.get(areaKey)?.asked.push(one);
      return one;
    },
    stopped(areaKey) {
      const zone = zones.get(areaKey);
      if (!zone) return;
      stops++;
      voidAll(zone);
      zone.stopPressedAtMs = clock.nowMs();
      zone.stopAskedAtMs ??= clock.nowMs();
    },
    locked(areaKey, personId) {
      zones.get(areaKey)?.locks.add(personId);
    },
    unlocking(areaKey, personId) {
      zones.get(areaKey)?.locks.delete(personId);
    },
    shown(areaKey, lockedBy) {
      for (const personId of zones.get(areaKey)?.locks ?? [])
        if (!lockedBy.includes(personId)) fail("I6", `${areaKey}: the lock of ${personId} is gone`);
    },
    clockSet(atMs) {
      for (const zone of zones.values())
        for (const one of zone.asked) one.isVoid ||= one.wire === null && one.atMs <= atMs;
    },
    told({ kind, body }) {
      const zone = kind === "aisle.decided" && body.decision === "reset-seen" ? zones.get(String(body.areaKey)) : null;
      if (zone && zone.resetAtMs < zone.stopPressedAtMs) fail("I3", `${body.areaKey}: a reset that nobody did`);
    },
    lies(areaKey, isLying) {
      const zone = zones.get(areaKey);
      if (zone) zone.liesSinceMs = isLying ? clock.nowMs() : null;
    },
    motionEnds() {
      for (const zone of zones.values()) voidAll(zone);
    },
    motionGone() {
      for (const zone of zones.values()) {
        voidAll(zone);
        zone.isUp = false;
      }
    },
    forgetStops() {
      for (const zone of zones.values()) zone.stopAskedAtMs = null;
    },
    sent(busId, bytes) {
      for (const [areaKey, zone] of zones) {
        const frame = zone.busId === busId ? readShelfFrame(bytes) : null;
        if (frame) onFrame(areaKey, zone, frame, bytes);
      }
    },
    link(busId, isUp) {
      const zone = zoneOfBus(busId);
      if (!zone) return;
      zone.isUp = isUp;
      zone.upSinceMs = clock.nowMs();
      if (!isUp) voidAll(zone);
    },
    entered(areaKey) {
      const zone = zones.get(areaKey);
      if (zone) zone.enteredAtMs = clock.nowMs();
    },
    emergency(areaKey) {
      const zone = zones.get(areaKey);
      if (zone) zone.emergencyAtMs = clock.nowMs();
    },
    oldFrames(areaKey) {
      const zone = zones.get(areaKey);
      if (!zone) return [];
      const { epochHighest, wireIdLast } = zone.area.rig.state().retained;
      return zone.taken.filter((bytes) => {
        const frame = readShelfFrame(bytes);
        if (frame?.kind !== "command") return false;
        return frame.epoch < epochHighest || (frame.epoch === epochHighest && frame.wireId <= wireIdLast);
      });
    },
    look(isMotionHeld) {
      for (const [areaKey, zone] of zones) {
        // A held process writes what it was about to write when it continues.
        if (isMotionHeld) zone.upSinceMs = clock.nowMs();
        lookAt(areaKey, zone);
      }
    },
    get starts() {
      return starts;
    },
    get stops() {
      return stops;
    },
    get stopMsWorst() {
      return stopMsWorst;
    },
  };

  function lookAt(areaKey: string, zone: Zone): void {
    const nowMs = clock.nowMs();
    const { rail, rig } = zone.area;
    if (rail.crushed > 0) fail("I3", `${areaKey}: somebody was crushed`);
    const { epochHighest } = rig.state().retained;
    if (epochHighest < zone.epochNow) fail("I4", `${areaKey}: the controller went back to epoch ${epochHighest}`);
    if (epochHighest > zone.epochSeen)
      fail("I4", `${areaKey}: the controller obeys epoch ${epochHighest}, which no gateway holds`);
    zone.epochNow = epochHighest;
    const isDriven = rail.targetsMm !== null;
    if (isDriven && zone.area.rules.needsHeartbeat && nowMs - zone.lastBeatAtMs > beatlessMsMax)
      fail("I3", `${areaKey} moves without a beat`);
    if (zone.stopAskedAtMs === null || !zone.isUp) return;
    const waitedMs = nowMs - Math.max(zone.stopAskedAtMs, zone.upSinceMs);
    if (waitedMs > stopMsMax && nowMs - zone.stopAskedAtMs < 3_000)
      fail("I5", `${areaKey}: STOP is not on the wire after ${waitedMs} ms`);
    if (nowMs - zone.stopAskedAtMs >= 3_000) zone.stopAskedAtMs = null;
  }
}
