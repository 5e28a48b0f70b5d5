/**
 * Motion without its process: every area's machine on its controller's port, and the messages with the gateway. No message waits
 * for a gateway without limit: facts go through a window and stay in the log until stored, of pictures only the newest is sent.
 */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { DeviceHealth, DevicePorts, InputPort, RoomAlarm, ShelfPort } from "../contract/ports.ts";
import type { LeadKeeper } from "../lead/keep-lead.ts";
import { areaRules } from "../shelving/area-rules.ts";
import { type AreaState, firstAreaState } from "../shelving/area-state.ts";
import { showsMoving } from "../shelving/guards.ts";
import { keeps } from "../shelving/keeps.ts";
import { type AreaDriver, areaDriver } from "./drive-area.ts";
import type { FactLog } from "./fact-log.ts";
import { factWindow } from "./fact-window.ts";
import { hearInputs } from "./hear-inputs.ts";
import type {
  AreaOrder,
  AreaStart,
  CannotKeep,
  FactBody,
  FromMotion,
  StopPress,
  StopWish,
  ToMotion,
} from "./messages.ts";
import { roomFires } from "./room-fires.ts";
import { MotionEnds } from "./stop-lines.ts";
import { stopNotes } from "./stop-notes.ts";

export interface MotionCoreDeps {
  clock: Clock;
  areas: readonly AreaStart[];
  shelves: ReadonlyMap<string, ShelfPort>;
  /** Left out if no key is wired. */
  inputs?: ReadonlyMap<string, InputPort>;
  /** Motion also hears fire and smoke by itself, beside what the gateway reports. */
  alarms?: DevicePorts["onAlarm"];
  health(): readonly DeviceHealth[];
  lead: LeadKeeper;
  log: FactLog;
  send(message: FromMotion): void;
  onFailure(error: unknown): void;
}

export interface MotionCore {
  readonly cannotKeep: CannotKeep;
  receive(message: ToMotion): void;
  /** A STOP from outside the gateway, fed before this returns. Returns the number of areas; null: no such area. */
  stop(wish: StopWish): number | null;
  /** The health of a device has changed. */
  healthChanged(): void;
  /** Ends every motion under way, then feeds no more inputs. */
  end(): Promise<void>;
}

type StopOrder = Extract<AreaOrder, { kind: "stop" }>;

/** Interval of pictures in which only ages differ, so that the gateway sees that nothing is stale. */
const pictureEveryMs = 250;
/** Longest interval between pictures, even without changes: their acknowledgement tells motion that the gateway is alive. */
const askEveryMs = 1_000;

export function openMotionCore(deps: MotionCoreDeps): MotionCore {
  const { clock, log, send, lead } = deps;
  const drivers = new Map<string, AreaDriver>();
  /** Commands known to the database; a STOP has no row of its own to settle. */
  const requested = new Set<string>();
  const changed = new Set<string>();
  let isPictureOut = false;
  let isHealthNew = true;
  let isFlushing = false;
  let isOver = false;
  let stopsFed = 0;

  const facts = factWindow({
    ...{ clock, log, heldUntilMs: () => stops.heldUntilMs() },
    send: (facts) => send({ kind: "facts", facts }),
  });
  const stops = stopNotes({ clock, keep: facts.keep, amend: log.amend, release: facts.flush });
  /** The press of the STOP that a machine is handling now. */
  let press: StopPress | null = null;
  function note(areaKey: string, body: FactBody): void {
    if (body.kind === "settle" && !requested.delete(body.commandId)) return;
    if (body.kind === "decision" && body.decision === "stop") stops.note(areaKey, body, press);
    else facts.keep(areaKey, body);
  }

  /** One picture is in flight at a time, whatever happens meanwhile; several changes of one turn make one picture. */
  function flushSoon(): void {
    if (isFlushing) return;
    isFlushing = true;
    queueMicrotask(() => {
      isFlushing = false;
      flushPicture();
    });
  }

  function flushPicture(): void {
    if (isPictureOut || isOver || (changed.size === 0 && !isHealthNew)) return;
    const states: Record<string, AreaState> = {};
    for (const areaKey of changed) {
      const driver = drivers.get(areaKey);
      if (driver) states[areaKey] = driver.state();
    }
    const picture = {
      kind: "picture",
      states,
      health: isHealthNew ? deps.health() : [],
    } as const;
    changed.clear();
    isHealthNew = false;
    isPictureOut = true;
    send(picture);
  }

  const shown = new Map<string, { text: string; atMs: number }>();
  function onChange(areaKey: string): void {
    const state = drivers.get(areaKey)?.state();
    if (!state) return;
    const states = [...drivers.values()].map((driver) => [driver.areaKey, driver.state()] as const);
    lead.motionMoves(states.some(([, one]) => isOurMotion(one)));
    lead.areStopped(states.flatMap(([key, { needsReset }]) => (needsReset === null ? [] : [key])));
    const atMs = clock.monoMs();
    const before = shown.get(areaKey);
    const text = JSON.stringify({ ...state, statusAtMs: 0, seen: { ...state.seen, readAtMs: 0 } });
    if (before?.text === text && atMs - before.atMs < pictureEveryMs) return;
    shown.set(areaKey, { text, atMs });
    changed.add(areaKey);
    flushSoon();
  }

  function receive(message: ToMotion): void {
    lead.gatewaySpoke();
    switch (message.kind) {
      case "order":
        takeOrder(message);
        break;
      case "light":
        void light(message);
        break;
      case "alarm-over":
        if (fires.over(message)) holdRoom(message.roomId);
        break;
      case "took":
        facts.took(message.upTo);
        break;
      case "stored":
        log.stored(message.upTo);
        break;
      case "saw":
        isPictureOut = false;
        flushSoon();
        break;
      case "close":
        break;
    }
  }

  function takeOrder({ ask, areaKey, order }: Extract<ToMotion, { kind: "order" }>): void {
    const driver = drivers.get(areaKey);
    if (!driver || isOver) return;
    if (order.kind === "request") requested.add(order.commandId);
    if (order.kind === "stop") feedStop(driver, order);
    else if (order.kind === "room-alarm") {
      fires.told(areaKey, order.what);
      driver.feed({ ...order, what: fires.holding(areaKey), atMs: clock.monoMs() });
    } else driver.feed({ ...order, atMs: clock.monoMs() });
    send({ kind: "did", ask, areaKey, factId: log.lastId(), state: driver.state() });
  }

  function feedStop(driver: AreaDriver, { press: from, ...order }: StopOrder): void {
    press = from ?? null;
    driver.feed({ ...order, atMs: clock.monoMs() });
    press = null;
  }

  function stop({ areaKey, actor, press }: StopWish): number | null {
    if (isOver) throw new MotionEnds();
    const wanted = areaKey === null ? [...drivers.values()] : [drivers.get(areaKey)];
    let fed = 0;
    for (const driver of wanted) {
      if (!driver) return null;
      feedStop(driver, { kind: "stop", commandId: `${press.door}-${log.id}-${++stopsFed}`, actor, press });
      fed++;
    }
    return fed;
  }

  /** Areas are stopped first, then listeners are told. */
  function hearAlarm(alarm: RoomAlarm): void {
    if (isOver || !fires.heard(alarm, clock.monoMs())) return;
    const [first] = holdRoom(alarm.roomId);
    if (first) facts.keep(first.areaKey, { kind: "alarm", alarm });
  }

  function holdRoom(roomId: string): AreaDriver[] {
    const inRoom = [...drivers.values()].filter(({ areaKey }) => areaKey.startsWith(`${roomId}.`));
    for (const driver of inRoom)
      driver.feed({ kind: "room-alarm", what: fires.holding(driver.areaKey), atMs: clock.monoMs() });
    return inRoom;
  }

  async function light({ ask, areaKey, target }: Extract<ToMotion, { kind: "light" }>): Promise<void> {
    try {
      const shown = (await drivers.get(areaKey)?.port.light(target)) ?? null;
      send({ kind: "lit", ask, shown, refusal: null });
    } catch (error) {
      const { code, params } = error instanceof Refusal ? error : new Refusal("internal");
      send({ kind: "lit", ask, shown: null, refusal: { code, params } });
    }
  }

  const fires = roomFires(deps.areas);
  for (const start of deps.areas) {
    const port = deps.shelves.get(start.areaKey);
    if (!port) continue;
    const driver = openArea(start, port);
    drivers.set(start.areaKey, driver);
    hearInputs(driver, start.spec, deps.inputs, clock);
  }
  // The gateway counts dropped alarms and their reasons, so motion ignores them.
  deps.alarms?.({ onAlarm: hearAlarm, onFault() {} });

  function openArea(start: AreaStart, port: ShelfPort): AreaDriver {
    const rules = areaRules(start.areaKey, start.spec, port.cannotKeep);
    const { epoch, wireId, inhibited, locks, isHeldForLocks, roomAlarm } = start;
    const needsReset = start.needsReset || !keeps(rules, "S3") ? { sinceMs: clock.monoMs() } : null;
    const held = { inhibited, locks, isHeldForLocks, roomAlarm, needsReset };
    const first = firstAreaState({ epoch, wireId, ...held, lead: lead.standing() });
    // Requests from before this motion began count as overtaken: what stopped or held the motion before it is not known.
    const state = { ...first, held: { ...first.held, clock: clock.monoMs() } };
    const { onFailure } = deps;
    const driver = areaDriver({ clock, rules, port, state, lead, note, onChange, onFailure });
    // A controller with a heartbeat has stopped by itself; another may still be moving.
    if (start.stopsFirst && !keeps(rules, "S14"))
      driver.feed({ kind: "stop", atMs: clock.monoMs(), commandId: "motion-restarted", actor: "gateway" });
    return driver;
  }

  lead.onStanding((standing) => {
    if (isOver) return;
    for (const driver of drivers.values()) driver.feed({ kind: "lead", atMs: clock.monoMs(), standing });
    send({ kind: "lead", standing });
  });
  let cancelAsk = clock.after(askEveryMs, ask);
  function ask(): void {
    isHealthNew = true;
    flushSoon();
    if (!isOver) cancelAsk = clock.after(askEveryMs, ask);
  }

  return {
    cannotKeep: Object.fromEntries([...drivers.values()].map(({ areaKey, port }) => [areaKey, port.cannotKeep])),
    receive,
    stop,
    healthChanged() {
      isHealthNew = true;
      flushSoon();
    },
    async end() {
      isOver = true;
      cancelAsk();
      await Promise.all([...drivers.values()].map((driver) => driver.end()));
      stops.close();
    },
  };
}

/** Whether this grant began a motion or has yet to stop one; motion from the panel is the controller's own. */
function isOurMotion(state: AreaState): boolean {
  return state.motion !== null || (state.stop !== null && showsMoving(state));
}
