/**
 * The simulated motion process: the shelf controllers' lines, their drivers and the areas' machines, separated from the gateway
 * by a channel. It is held, killed and delayed alone. After its gateway was killed it lives as long as it needs to stop what
 * moves, and the next gateway waits for that (src/start-motion.ts).
 */
import type { Twin } from "../../simulators/twin.ts";
import type { Chance } from "../../src/clock/chance.ts";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import type { DeviceHealth, DevicePorts, ShelfPort } from "../../src/contract/ports.ts";
import type { ByteLink } from "../../src/devices/links/byte-link.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { type LocalMotion, localMotion } from "../../src/motion/local-motion.ts";
import { memoryLogs } from "../../src/motion/memory-logs.ts";
import type { Fact, FromMotion, Motion, MotionEnd, ToMotion } from "../../src/motion/messages.ts";
import type { BugName } from "./bugs.ts";
import { hearing, leavings, leftLog, motionClock, portWith, sending, startWith, trueName } from "./bugs-of-motion.ts";
import { numberedShelf, type Repeater } from "./numbered-shelf.ts";
import { newSide, pipe, type Side } from "./side.ts";
import { simLayout } from "./site.ts";

/** The values of src/start-motion.ts and motion-process.ts. */
const endMsMax = 4_000;
const earlierMsMax = 8_000;

export interface MotionWatched {
  /** A message of the gateway has reached motion. */
  heard(message: ToMotion): void;
  /** A fact was written to motion's log. */
  decided(fact: Fact): void;
  began(): void;
  /** The gateway's end of the channel closed. */
  ends(): void;
  gone(): void;
}

export interface MotionContext {
  motionFor(gateway: Side): Motion;
  readonly side: Side | null;
  /** Empty while no motion runs. */
  health(): DeviceHealth[];
  /** Like kill -9. */
  kill(why: string): void;
  /** The gateway of that side has died. */
  gatewayDied(gateway: Side): void;
  /** Longest delay of a message in either direction, milliseconds. */
  readonly delays: { toMotionMsMax: number; toGatewayMsMax: number };
  readonly repeaters: ReadonlyMap<string, Repeater>;
  /** True if messages of the gateway arrive without delay. */
  isStraight(): boolean;
}

export interface MotionContextOptions {
  twin: Twin;
  clock: VirtualClock;
  chance: Chance;
  bug: BugName | null;
  /** Areas whose controller has no heartbeat. */
  beatless: ReadonlySet<string>;
  skewMs(): number;
  /** Opens a line to a controller's bus; `cutLines` when the process is gone. */
  openLine(busId: string, side: Side, no: number): ByteLink;
  cutLines(side: Side): void;
  watch: MotionWatched;
  note(line: string): void;
  onFailure(error: unknown): void;
}

interface Running {
  side: Side;
  gateway: Side;
  local: LocalMotion;
  end: MotionEnd;
  devices: DevicePorts;
  /** Closes the gateway's end of the channel, after its last message. */
  hangUp(): void;
  isTalking(): boolean;
}

export function openMotionContext(options: MotionContextOptions): MotionContext {
  const { clock, bug, watch, note } = options;
  const delays = { toMotionMsMax: 0, toGatewayMsMax: 0 };
  const delayChance = options.chance.fork("channel");
  const logs = tapped((fact) => watch.decided(fact));
  let asides = 0;
  // Comes before the logs of motions, because it is read first.
  const folder = memoryLogs(logs, () => `aside-${++asides}`);
  const repeaters = new Map<string, Repeater>();
  const waiters: (() => void)[] = [];
  let running: Running | null = null;
  let no = 0;

  const delay = (msMax: number) => (msMax > 0 ? delayChance.below(msMax) : 0);

  function over(why: string): void {
    note(`motion ${no} is gone: ${why}`);
    const gone = running;
    running = null;
    if (gone) options.cutLines(gone.side);
    gone?.local.kill();
    watch.gone();
    for (const done of waiters.splice(0)) done();
  }

  function kill(why: string): void {
    running?.side.end(why);
  }

  /** The ports of its controllers, of this site and as a planted bug changes them. */
  function shelvesOf(devices: DevicePorts, side: Side): Map<string, ShelfPort> {
    const shelves = new Map<string, ShelfPort>();
    for (const [areaKey, port] of devices.shelves) {
      const numbered = numberedShelf(port, side.clock);
      repeaters.set(areaKey, numbered.repeater);
      const known = options.beatless.has(areaKey)
        ? { ...numbered.port, cannotKeep: [...port.cannotKeep, "S14" as const] }
        : numbered.port;
      shelves.set(areaKey, portWith(bug, known));
    }
    return shelves;
  }

  /** Waits until the motion of an earlier gateway is gone; one that does not end is killed. */
  async function untilAlone(asker: Side): Promise<void> {
    if (!running) return;
    const cancel = asker.clock.after(earlierMsMax, () => kill("it does not end"));
    await new Promise<void>((resolve) => waiters.push(() => asker.enter(resolve)));
    cancel();
  }

  async function begin(gateway: Side, ...started: Parameters<Motion["start"]>): Promise<MotionEnd> {
    const mine = ++no;
    note(`motion ${mine} begins`);
    const side = newSide({ name: `motion ${mine}`, base: clock, skewMs: options.skewMs, onEnd: over });
    const ownClock = motionClock(bug, side.clock, clock);
    const buses = simLayout.site.devices.filter(({ kind }) => kind === "shelf").map(({ bus }) => bus);
    const links = Object.fromEntries(buses.map((busId) => [busId, options.openLine(busId, side, mine)]));
    const devices = openDevices({
      layout: simLayout,
      clock: ownClock,
      chance: options.chance.fork(`devices/${mine}`),
      links,
      isMotion: true,
      opens: ({ kind }) => kind === "shelf",
    });
    const local = localMotion({
      clock: ownClock,
      shelves: shelvesOf(devices, side),
      inputs: devices.inputs,
      onFailure: (error) => side.isOver || options.onFailure(error),
      nextLogId: () => `log-${String(mine).padStart(5, "0")}`,
      logs,
    });
    const [areas, ...rest] = started;
    const end = await local.start(startWith(bug, areas), ...rest);
    const begun: Running = { side, gateway, local, end, devices, hangUp() {}, isTalking: () => false };
    running = begun;
    watch.began();
    return gatewaysEnd(begun);
  }

  /** The gateway's side of the running motion. */
  function gatewaysEnd(begun: Running): MotionEnd {
    const { side, gateway, end } = begun;
    const listeners: ((message: FromMotion) => void)[] = [];
    const hear = hearing(bug, side, (message) => {
      // An order that a planted bug made up is no message of the gateway.
      if (!(message.kind === "order" && message.ask < 0)) watch.heard(message);
      end.send(message);
    });
    const toMotion = pipe<ToMotion>({
      base: clock,
      to: side,
      delayMs: () => delay(delays.toMotionMsMax),
      deliver: (message) => (message.kind === "close" ? endInOrder(begun) : hear(message)),
    });
    begun.hangUp = () => toMotion.say({ kind: "close" });
    begun.isTalking = () => !toMotion.isEmpty();
    const toGateway = pipe<FromMotion>({
      base: clock,
      to: gateway,
      delayMs: () => delay(delays.toGatewayMsMax),
      deliver(message) {
        for (const listener of listeners) listener(message);
      },
    });
    return {
      ...end,
      send: sending(bug, gateway, (message) => void (side.isOver || toMotion.say(message))),
      onMessage(listener) {
        listeners.push(listener);
        if (listeners.length === 1) end.onMessage((message) => void (side.isOver || toGateway.say(message)));
      },
      onEnd: (listener) =>
        end.onEnd((why, left) =>
          gateway.enter(() =>
            listener(
              why,
              leavings(bug, [...left]).map((fact) => ({ ...fact })),
            ),
          ),
        ),
      kill: () => kill("by its gateway"),
    };
  }

  /** Motion's behaviour when its channel closes: STOP to what moves, then exit. */
  function endInOrder({ side, end }: Running): void {
    watch.ends();
    side.clock.after(endMsMax, () => side.end("it ended, not all of it"));
    end.close().then(
      () => side.end("it ended"),
      () => side.end("it could not end"),
    );
  }

  return {
    delays,
    repeaters,
    kill,
    get side() {
      return running?.side ?? null;
    },
    health: () => running?.devices.health() ?? [],
    isStraight: () => running !== null && !running.side.isHeld && !running.isTalking() && delays.toMotionMsMax === 0,
    motionFor: (gateway) => ({
      ...folder,
      async leftOver() {
        await untilAlone(gateway);
        return (await folder.leftOver()).map(({ logId, facts }) => leftLog(bug, { logId, facts: [...facts] }));
      },
      forget: (logId, dropRow) => folder.forget(trueName(logId), dropRow),
      async start(...started) {
        await untilAlone(gateway);
        return begin(gateway, ...started);
      },
    }),
    gatewayDied(gateway) {
      if (running?.gateway === gateway) running.hangUp();
    },
  };
}

/** Logs as in a folder; `tell` is called for every fact as it is written. */
function tapped(tell: (fact: Fact) => void): Map<string, Fact[]> {
  const logs = new Map<string, Fact[]>();
  const set = logs.set.bind(logs);
  logs.set = (logId, facts) => {
    const push = facts.push.bind(facts);
    facts.push = (...added) => {
      for (const fact of added) tell(fact);
      return push(...added);
    };
    return set(logId, facts);
  };
  return logs;
}
