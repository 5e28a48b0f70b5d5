/** One life of a gateway that wants the lead, with its motion: two programs on a machine, each held or killed alone. */
import { demoLayout } from "../../simulators/test-twin.ts";
import type { Chance } from "../../src/clock/chance.ts";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import type { ShelfPort } from "../../src/contract/ports.ts";
import type { InsideBroker } from "../../src/devices/mqtt-link.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { type KeepLeadDeps, keepLead, type LeadKeeper } from "../../src/lead/keep-lead.ts";
import { lookEveryMs } from "../../src/lead/lead-grant.ts";
import { type LocalMotion, localMotion } from "../../src/motion/local-motion.ts";
import type { AreaStart, FromMotion, MotionEnd } from "../../src/motion/messages.ts";
import { isMotionVerb } from "../../src/shelving/area-state.ts";
import { layoutOf } from "../../src/site/layout.ts";
import type { RoomSpec } from "../../src/site/schema.ts";
import { type leaseRow, lineToRow, programClock } from "../support/lease-row.ts";

export const leadBugNames = ["believes-for-ever", "renewed-when-sent", "does-not-hear-that-it-is-lost"] as const;
export type LeadBugName = (typeof leadBugNames)[number];

const areaKey = "r1.2";
/** A motion that is silent for this long is ended by its gateway. */
const silentMotionMs = 5_000;

const room = demoLayout.site.rooms[0] as RoomSpec;
const area = { ...(room.areas[1] as RoomSpec["areas"][number]), antennas: [], climate: [] };
const controller = demoLayout.site.devices.filter(({ id }) => id === area.controller);
/** The demo's area whose controller is on MQTT, which any machine on the network reaches. */
export const leadLayout = layoutOf({
  ...demoLayout.site,
  rooms: [{ ...room, areas: [area] }],
  buses: demoLayout.site.buses.filter(({ id }) => id === controller[0]?.bus),
  devices: controller,
});

/** The part of the database that both share, beside the row. */
interface Kept {
  epoch: number;
  wireId: number;
  isOpen: boolean;
  isStopped: boolean;
}

export interface LeadWorld {
  time: VirtualClock;
  chance: Chance;
  row: ReturnType<typeof leaseRow>;
  broker: InsideBroker;
  kept: Kept;
  bug: LeadBugName | null;
  lives: Set<Life>;
  violation: string | null;
  begun: { grant: number; name: string } | null;
  starts: number;
  note(line: string): void;
}

/** One life of a gateway with its motion, each a program of its own on one machine. */
export interface Life {
  name: string;
  grant: number;
  /** Its machine has a command in progress, as the heartbeat shows. */
  isMoving: boolean;
  isMotionHeld: boolean;
  wokeAtMs: number;
  isOver: boolean;
  ask(aisle: number): void;
  holdGateway(isHeld: boolean): void;
  holdMotion(isHeld: boolean): void;
  killGateway(): void;
  killMotion(): void;
  /** Cuts the machine's power. */
  killBoth(): void;
  cutOff(isCut: boolean): void;
}

function keeperWith(bug: LeadBugName | null, deps: KeepLeadDeps): LeadKeeper {
  if (bug === "believes-for-ever") {
    const keeper = keepLead(deps);
    let wasHeld = false;
    keeper.onStanding((standing) => {
      wasHeld ||= standing === "held";
    });
    // Bug: the proof of the lead is skipped, because it would reveal the bug.
    return { ...keeper, standing: () => (wasHeld ? "held" : keeper.standing()), proven: () => true, onStanding() {} };
  }
  const renew: Partial<Record<LeadBugName, KeepLeadDeps["renew"]>> = {
    async "renewed-when-sent"() {
      deps.renew().catch(() => {});
      return "renewed";
    },
    async "does-not-hear-that-it-is-lost"() {
      await deps.renew();
      return "renewed";
    },
  };
  return keepLead({ ...deps, renew: (bug && renew[bug]) ?? deps.renew });
}

export function beginLife(world: LeadWorld, name: string, rate: number): Life {
  const { time, chance, row, kept, note } = world;
  const own = programClock(time, rate);
  const motions = programClock(time, rate);
  let isCut = false;
  let isHeld = false;
  let end = null as MotionEnd | null;
  let heardAtMs = 0;
  let epoch = 0;
  let commands = 0;
  let cut: (isCut: boolean) => void = () => {};

  const journey = () => {
    const way = () => (chance.next() < 0.03 ? null : chance.next() < 0.1 ? chance.below(4_000) : chance.below(15));
    return { thereMs: way(), backMs: way() };
  };
  const openInside = () => {
    const link = world.broker.openInside();
    return {
      ...link,
      publish: async (topic: string, payload: string) => void (life.isOver || (await link.publish(topic, payload))),
      subscribe: (topic: string, listener: Parameters<typeof link.subscribe>[1]) =>
        link.subscribe(topic, (message) => motions.after(0, () => listener(message))),
    };
  };
  const devices = openDevices({
    layout: leadLayout,
    clock: motions,
    chance: chance.fork(name),
    links: {},
    mqtt: { openInside },
  });
  const shelves = new Map([...devices.shelves].map(([key, port]) => [key, watched(port)]));
  const motion: LocalMotion = localMotion({
    clock: motions,
    shelves,
    onFailure() {},
    nextLogId: () => `${name}-${epoch}`,
    lead(clock) {
      const line = lineToRow(row, life.grant, time, journey);
      cut = line.swallow;
      cut(isCut);
      return keeperWith(world.bug, {
        clock,
        renew: () => motions.hear(line.renew()),
        release: () => motions.hear(line.release()),
        check: () => motions.hear(line.check()),
        giveUp: line.giveUp,
        onFailure() {},
      });
    },
  });

  function watched(port: ShelfPort): ShelfPort {
    return {
      ...port,
      send(command) {
        if (isMotionVerb(command.verb)) begins(command.epoch);
        return port.send(command);
      },
      heartbeat(on) {
        life.isMoving = on;
        port.heartbeat(on);
      },
    };
  }

  function begins(commandEpoch: number): void {
    const { begun } = world;
    note(`${name} begins with epoch ${commandEpoch}, grant ${life.grant}`);
    world.starts++;
    if (begun && begun.grant > life.grant)
      world.violation ??= `${name} begins under grant ${life.grant}, ${begun.name} has begun under ${begun.grant}`;
    world.begun = { grant: life.grant, name };
  }

  function hear(from: MotionEnd, message: FromMotion): void {
    if (from !== end || life.isOver) return;
    heardAtMs = own.monoMs();
    if (message.kind === "picture") from.send({ kind: "saw" });
    if (message.kind === "lead") note(`${name} is told ${message.standing}`);
    if (message.kind !== "facts") return;
    const upTo = message.facts.at(-1)?.id ?? 0;
    from.send({ kind: "took", upTo });
    // A write under a grant that has ended fails.
    if (row.epoch() !== life.grant) return;
    for (const { body } of message.facts) {
      if (body.kind === "settle") kept.isOpen = false;
      if (body.kind === "kept") Object.assign(kept, { wireId: body.wireId, isStopped: body.isStopped });
    }
    from.send({ kind: "stored", upTo });
  }

  async function startMotion(stopsFirst: boolean): Promise<void> {
    epoch = ++kept.epoch;
    const { wireId } = kept;
    const needsReset = kept.isOpen || kept.isStopped;
    kept.isOpen = false;
    const held = { inhibited: false, locks: [], isHeldForLocks: false, roomAlarm: null };
    const start: AreaStart = { areaKey, spec: area, epoch, wireId, ...held, needsReset, stopsFirst };
    const begun = await motion.start([start]);
    end = begun;
    heardAtMs = own.monoMs();
    begun.onMessage((message) => hear(begun, message));
    begun.onEnd((why) => {
      if (begun !== end || life.isOver) return;
      end = null;
      life.isMoving = false;
      note(`${name}'s motion has ended: ${why}`);
      if (row.epoch() !== life.grant) life.grant = 0;
      else own.after(50, () => void startMotion(true));
    });
  }

  const life: Life = {
    ...{ name, grant: 0, isMoving: false, isMotionHeld: false, wokeAtMs: 0, isOver: false },
    ask(aisle) {
      if (!end || isHeld) return;
      kept.isOpen = true;
      const commandId = `${name}-${++commands}`;
      const asked = { commandId, verb: "open", aisle, epoch, actor: "person:1", askedAtMs: own.monoMs() } as const;
      end.send({ kind: "order", ask: commands, areaKey, order: { kind: "request", ...asked } });
    },
    holdGateway(now) {
      isHeld = now;
      own.hold(isHeld);
      motion.hold("gateway", isHeld);
    },
    holdMotion(isHeld) {
      life.isMotionHeld = isHeld;
      if (!isHeld) life.wokeAtMs = time.nowMs();
      motions.hold(isHeld);
      motion.hold("motion", isHeld);
    },
    killGateway() {
      // The closed channel ends motion in order; a held one does not notice it.
      own.kill();
      const over = () => {
        life.isOver = true;
        world.lives.delete(life);
        motions.kill();
      };
      if (end && !life.isMotionHeld) void end.close().then(over, over);
      else over();
      end = null;
    },
    killMotion() {
      motion.hold("motion", false);
      motions.hold(false);
      life.isMotionHeld = false;
      motion.kill();
    },
    killBoth() {
      life.isOver = true;
      world.lives.delete(life);
      own.kill();
      motions.kill();
    },
    cutOff(now) {
      isCut = now;
      cut(now);
    },
  };
  (function look() {
    if (life.grant === 0 && !end && !isCut) {
      life.grant = row.take() ?? 0;
      if (life.grant > 0) {
        note(`${name} takes grant ${life.grant}`);
        void startMotion(false);
      }
    }
    if (own.monoMs() - heardAtMs > silentMotionMs) end?.kill();
    own.after(lookEveryMs, look);
  })();
  world.lives.add(life);
  return life;
}
