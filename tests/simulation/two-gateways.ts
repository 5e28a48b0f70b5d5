/**
 * Two gateways that want one area, on one row of the lead and one controller; the seed holds, kills and cuts off gateway and
 * motion separately. Two motions with different grants must never both begin or move it.
 */
import { createTwin } from "../../simulators/twin.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { leaseRow } from "../support/lease-row.ts";
import { memoryBroker } from "../support/memory-broker.ts";
import { beginLife, type LeadBugName, type LeadWorld, type Life, leadLayout } from "./lead-life.ts";
import { settle } from "./settle.ts";

/** A process that was held until just now may not have checked its lead yet. */
const wakingMs = 150;

/** Two at once count only if neither is held: a held one moves nothing, because its controller stops without a heartbeat. */
function look(world: LeadWorld): void {
  const nowMs = world.time.nowMs();
  const moving = [...world.lives].filter(
    ({ isMoving, isMotionHeld, isOver, wokeAtMs }) =>
      isMoving && !isMotionHeld && !isOver && nowMs - wokeAtMs > wakingMs,
  );
  if (moving.length > 1)
    world.violation ??= `${moving.map(({ name, grant }) => `${name} of grant ${grant}`).join(" and ")} both move it`;
}

function each(life: Life, isHeld: boolean): void {
  life.holdGateway(isHeld);
  life.holdMotion(isHeld);
}

export async function runTwoGateways(seed: number, bug: LeadBugName | null = null, minutes = 4) {
  const time = virtualClock(Date.UTC(2026, 0, 5));
  const chance = seededChance(`two-gateways/${seed}`);
  const twin = createTwin({ layout: leadLayout, standing: [], clock: time, seed, confirmedAtStart: true });
  const lines: string[] = [];
  const drift = () => 1 + (chance.next() - 0.5) / 50;
  const rates = { A: drift(), B: drift() };
  const broker = memoryBroker(
    time,
    leadLayout.site.devices.flatMap(({ id }) => twin.mqttDevice(id) ?? []),
  );
  const world: LeadWorld = {
    ...{ time, chance, row: leaseRow(time), broker, bug, lives: new Set(), violation: null, begun: null, starts: 0 },
    kept: { epoch: 0, wireId: 0, isOpen: false, isStopped: false },
    note: (line) => void lines.push(`${time.monoMs()} ${line}`),
  };
  const names = ["A", "B"] as const;
  const lives = new Map(names.map((name) => [name, beginLife(world, name, rates[name])]));
  const endsAtMs = time.nowMs() + minutes * 60_000;

  const acts: Record<string, [weight: number, act: (life: Life) => void]> = {
    "hold the gateway": [2, (life) => life.holdGateway(true)],
    "hold motion": [3, (life) => life.holdMotion(true)],
    "hold the machine": [1, (life) => each(life, true)],
    "let go": [12, (life) => each(life, false)],
    "kill the gateway": [2, (life) => life.killGateway()],
    "kill motion": [2, (life) => life.killMotion()],
    "power off": [2, (life) => life.killBoth()],
    "cut off": [4, (life) => life.cutOff(true)],
    "network back": [6, (life) => life.cutOff(false)],
  };
  const cards = Object.entries(acts).flatMap(([what, [weight, act]]) => Array(weight).fill({ what, act }));
  (function happen() {
    const { what, act } = chance.pick(cards) as { what: string; act: (life: Life) => void };
    const name = chance.pick(names);
    const life = lives.get(name);
    if (life && !life.isOver) {
      world.note(`${name}: ${what}`);
      act(life);
    } else if (chance.next() < 0.3) lives.set(name, beginLife(world, name, rates[name]));
    time.after(200 + chance.below(2_500), happen);
  })();
  (function ask() {
    for (const life of lives.values()) if (!life.isOver && chance.next() < 0.5) life.ask(1 + chance.below(2));
    time.after(100 + chance.below(900), ask);
  })();
  const rig = [...twin.room.areas.values()][0]?.rig;
  (function attend() {
    for (const key of ["login", "unprotect", "reset", "confirm"] as const) rig?.key(key);
    time.after(500 + chance.below(3_000), attend);
  })();

  while (time.nowMs() < endsAtMs && !world.violation) {
    time.step();
    await settle();
    look(world);
  }
  const { violation, starts, row } = world;
  return { violation, starts, grants: row.epoch(), lines };
}
