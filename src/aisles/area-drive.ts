/**
 * One area as the gateway sees it: passes requests to motion, follows their outcome and stores it. Motion itself runs elsewhere
 * (src/motion) and waits for nothing here; its decisions arrive as facts.
 */
import type { AreaLock, AreaView, CommandView } from "../contract/aisles.ts";
import { noAttention } from "../contract/attention.ts";
import { type ErrorCode, Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import type { LightTarget, ShelfVerb } from "../contract/shelf.ts";
import type { LeadStanding } from "../lead/lead-grant.ts";
import type { AreaStart, AskedCommand, Fact, KeptAreaState, StopPress } from "../motion/messages.ts";
import { type AreaRules, areaRules } from "../shelving/area-rules.ts";
import { type AreaState, firstAreaState, isMotionVerb } from "../shelving/area-state.ts";
import { showsMoving } from "../shelving/guards.ts";
import { keeps } from "../shelving/keeps.ts";
import { holdWanted } from "../shelving/on-lock.ts";
import type { AreaDriveDeps } from "./area-drive-deps.ts";
import { type AreaLocks, openLocks } from "./area-locks.ts";
import { areaView, saying, sayUndriven } from "./area-view.ts";
import { storeCommand } from "./command-row.ts";
import { commandViews } from "./command-views.ts";
import { lockHolder } from "./hold-locks.ts";
import { tellNotHeld } from "./locks-not-held.ts";
import { openStops } from "./open-stops.ts";
import { rollsOn } from "./rolls-on.ts";
import type { ToStore } from "./store-facts.ts";

/** A status without a visible change is sent to browsers at most this often. */
const viewEveryMsMax = 1_000;
/** Answers wait this long for the decision to be stored in the database. */
const storedMsMax = 2_000;

export interface AreaDrive {
  readonly areaKey: string;
  /**
   * Stores the command and asks the machine; resolves with what was stored, or refuses with the machine's reason. `askedAtMs`:
   * the monotonic time of the press, from which the request ages.
   */
  request(
    actor: Actor,
    verb: ShelfVerb,
    aisle: number,
    reason: string | null,
    askedAtMs?: number,
  ): Promise<CommandView>;
  /** Sent before anything else happens; resolves with whether motion accepted it, within the time limit of STOP's door. */
  stop(actor: Actor, press?: StopPress): Promise<boolean>;
  /** S21: the fire or smoke in the room, or null. */
  roomAlarm(what: string | null): void;
  /** S22: people's own locks. */
  readonly locks: Omit<AreaLocks, "kept" | "holds">;
  /** Resolves with the command's outcome when it is settled. */
  settled(commandId: string): Promise<CommandView>;
  light(target: LightTarget | null): Promise<LightTarget | null>;
  view(): AreaView;
  /** No carriage moves, is about to, or may still be rolling after its motion died. */
  isStill(): boolean;
}

/** How messages, ends and starts of motion reach the area. */
export interface AreaDriveFeed extends AreaDrive {
  /** `onAlarm`: receives alarms among the facts; left out: they go to all consoles at once. */
  heard(facts: readonly Fact[], onAlarm?: AreaDriveDeps["onAlarm"]): void;
  seen(state: AreaState): void;
  /** Also called after the last picture. */
  leads(standing: LeadStanding): void;
  /** The fact is in the database. */
  kept(fact: ToStore): void;
  /** False for a lock that was taken off before its row was stored: it must not come back. */
  holds(lockId: string): boolean;
  /** Motion has ended: called at once, and again when all facts that it kept were heard. */
  died(): void;
  ended(): void;
  /** The initial state for the next motion, as of now. */
  starting(): AreaStart;
  /** The new motion is ready: it is sent what changed in between. */
  began(): void;
  /** Updates the view, so that an old state is shown as old. */
  show(): void;
  close(): void;
}

export function driveArea(deps: AreaDriveDeps): AreaDriveFeed {
  const { context, store } = deps;
  const [{ areaKey, spec }, { clock }] = [deps.start, context];
  const rules: AreaRules = areaRules(areaKey, spec, deps.cannotKeep);
  const views = commandViews();
  /** The state that motion last sent. */
  let state = firstAreaState({ ...deps.start, needsReset: deps.start.needsReset ? { sinceMs: clock.monoMs() } : null });
  const stops = openStops({ newId: context.newId, clock, order: deps.order });
  let begunWith: readonly AreaLock[] = deps.start.locks;
  let isLatched = deps.start.needsReset;
  let roomAlarm: string | null = null;
  let isClosed = false;
  const rolls = rollsOn(rules, clock);
  if (deps.start.needsReset) rolls.died();
  let lastShown = "";
  let lastShownAtMs = Number.NEGATIVE_INFINITY;

  const locks = openLocks({
    context,
    areaKey,
    held: deps.start.locks,
    put: (lock) => deps.order({ kind: "lock", lock }),
    off: (personId) => void deps.order({ kind: "unlock", personId }),
    store: (lock) => store([{ areaKey, atMs: clock.nowMs(), body: { kind: "lock", lock }, log: null }]),
    stored: deps.stored,
    isEnding: () => isClosed,
    onChange: show,
  });

  function heard(facts: readonly Fact[], onAlarm = deps.onAlarm): void {
    for (const { atMs, body } of facts) {
      if (body.kind === "kept") noteKept(body);
      else if (body.kind === "progress") views.progress(body.commandId, body.state);
      else if (body.kind === "settle") views.settle(body.commandId, body.outcome, body.code, body.params, atMs);
      // Shown on all consoles at once, before it is stored (S24).
      else if (body.kind === "decision" && body.alarm && body.code)
        onAlarm({ areaKey, atMs, ...saying(body.code, body.params) });
    }
    show();
  }

  /** It may be newer than the last picture, and is all that is known of a motion that has died. */
  function noteKept({ wireId, inhibited, isHeldForLocks, isStopped }: KeptAreaState): void {
    state = { ...state, wireId, inhibited, isHeldForLocks };
    isLatched = isStopped;
  }

  /** The gateway itself ends a command whose outcome motion cannot report. */
  function fail(commandId: string, code: ErrorCode): void {
    const body = { kind: "settle", commandId, outcome: "failed", code, params: {} } as const;
    views.settle(commandId, "failed", code, {}, clock.nowMs());
    store([{ areaKey, atMs: clock.nowMs(), body, log: null }]);
  }

  /** An error leaves open whether the row exists; an existing row must not keep the area busy. */
  const storeNew = (command: AskedCommand) =>
    storeCommand(context, command).catch((error: unknown) => {
      if (!(error instanceof Refusal)) fail(command.id, "database-away");
      throw error;
    });

  /** Stores the command, then asks the machine. The console does not show the gateway's own inhibit for locks as the newest. */
  async function put(
    command: Pick<AskedCommand, "actor" | "verb" | "aisle" | "reason">,
    askedAtMs: number,
    isForLocks = false,
  ): Promise<CommandView> {
    const id = context.newId();
    const [{ actor, verb, aisle }, { epoch }] = [command, state];
    // At the controller an inhibit for locks holds whichever gateway leads, so it does not wait for the database.
    const isAtOnce = isForLocks && verb === "inhibit";
    // Earlier ends must be stored first, so that they do not keep the area busy.
    if (!isAtOnce) await deps.stored(storedMsMax);
    const storedAtMs = clock.nowMs();
    const expectedOpenAisle = state.status?.openAisle ?? 0;
    const expiresAtMs = storedAtMs + rules.limits.startMaxMs - (clock.monoMs() - askedAtMs);
    const asked = { ...command, id, areaKey, epoch, expectedOpenAisle, expiresAtMs };
    if (isAtOnce) store([{ areaKey, atMs: storedAtMs, body: { kind: "asked", command: asked }, log: null }]);
    else await storeNew(asked);
    const stored: CommandView = { id, areaKey, verb, aisle, state: "stored", why: null, storedAtMs, settledAtMs: null };
    views.add(stored, isForLocks);
    const order = { kind: "request", commandId: id, verb, aisle, epoch, actor, isForLocks, askedAtMs } as const;
    const answer = await deps.order(order);
    // Motion may still handle it later: it then refuses it for its age, and this STOP ends what it may have begun.
    if (!answer && deps.isDriven() && isMotionVerb(verb)) void stops.stop("gateway");
    if (!answer) fail(id, "motion-away");
    return stored;
  }

  const holdLocks = lockHolder({
    clock,
    wanted: () => (isClosed ? null : holdWanted(rules, state, clock.monoMs())),
    async ask(verb) {
      const { id } = await put({ actor: "gateway", verb, aisle: 0, reason: null }, clock.monoMs(), true);
      views.takeRefusal(id);
      return views.whenSettled(id);
    },
    onFailure: deps.onFailure,
  });

  function viewNow(): AreaView {
    const now = { monoMs: clock.monoMs(), wallMs: clock.nowMs() };
    const attention = deps.attentionOf?.(areaKey) ?? noAttention;
    const isDriven = deps.isHeard();
    return areaView({ rules, state, now, locks: locks.all(), command: views.newest(), attention, isDriven });
  }

  function show(): void {
    if (isClosed) return;
    const atMs = clock.monoMs();
    const view = viewNow();
    const text = JSON.stringify({ ...view, atMs: 0, attention: null });
    if (text === lastShown && atMs - lastShownAtMs < viewEveryMsMax) return;
    lastShown = text;
    lastShownAtMs = atMs;
    deps.onView(view);
  }

  return {
    areaKey,
    locks,
    heard,
    seen(now) {
      state = now;
      rolls.seen(now);
      show();
      holdLocks();
    },
    leads(lead) {
      state = { ...state, lead };
      if (lead === "lost") {
        tellNotHeld({ areaKey, atMs: clock.nowMs(), locks: locks.all() }, deps.onAlarm);
        // The area belongs to another gateway: no motion is started here any more.
        stops.giveUp();
      }
      show();
    },
    holds: locks.holds,
    show,
    kept: ({ body }) => void (body.kind === "lock" && locks.kept(body.lock.id)),
    async request(actor, verb, aisle, reason, askedAtMs = clock.monoMs()) {
      // Skipped for a request that would be refused anyway.
      if (verb === "open" && viewNow().may[`open:${aisle}`]) await deps.beforeOpening?.(areaKey, aisle);
      const stored = await put({ actor, verb, aisle, reason }, askedAtMs);
      const refusal = views.takeRefusal(stored.id);
      await deps.stored(storedMsMax);
      if (refusal) throw refusal;
      const view = views.get(stored.id) ?? stored;
      if (view.why?.code === "motion-away") throw new Refusal("motion-away");
      return view;
    },
    stop: stops.stop,
    roomAlarm(what) {
      roomAlarm = what;
      void deps.order({ kind: "room-alarm", what });
    },
    settled: views.whenSettled,
    light: (target) => deps.light(target),
    view: viewNow,
    isStill() {
      const { columns, warning } = viewNow();
      return warning === null && columns.every(({ motion }) => motion === "still") && !rolls.mayRoll();
    },
    died: rolls.died,
    ended() {
      const open = views.open();
      // On every console: people at the shelf must know what the carriages do now (S24).
      if (state.motion !== null || showsMoving(state) || open.length > 0)
        deps.onAlarm({ areaKey, atMs: clock.nowMs(), ...sayUndriven(rules) });
      for (const { id } of open) fail(id, keeps(rules, "S14") ? "motion-restarted" : "motion-restarted-rolls");
      const { motion, setting, stop, inhibited, isHeldForLocks, wireId, roomAlarm: known, lead } = state;
      const epoch = state.epoch + 1;
      const isStopped = isLatched || motion !== null || setting !== null || open.length > 0 || stop !== null;
      const kept = { kind: "kept", epoch, wireId, inhibited, isHeldForLocks, isStopped } as const;
      store([{ areaKey, atMs: clock.nowMs(), body: kept, log: null }]);
      const needsReset = isStopped ? { sinceMs: clock.monoMs() } : null;
      // The room's alarm as the old motion knew it: a newer one is sent to the next motion, and stops what it drives.
      const held = { inhibited, locks: locks.all(), isHeldForLocks, roomAlarm: known, lead, needsReset };
      state = firstAreaState({ epoch, wireId, ...held });
      show();
    },
    starting() {
      const { epoch, wireId, inhibited, isHeldForLocks, roomAlarm } = state;
      const needsReset = state.needsReset !== null || stops.isAnyOpen();
      begunWith = locks.all();
      const kept = { epoch, wireId, inhibited, isHeldForLocks, roomAlarm, needsReset };
      return { areaKey, spec, ...kept, locks: begunWith, stopsFirst: true };
    },
    began() {
      const now = locks.all();
      for (const { isKept, ...lock } of now)
        if (!isKept || !begunWith.some(({ id }) => id === lock.id)) void deps.order({ kind: "lock", lock });
      for (const { personId } of begunWith)
        if (!now.some((lock) => lock.personId === personId)) void deps.order({ kind: "unlock", personId });
      void deps.order({ kind: "room-alarm", what: roomAlarm });
      stops.again();
    },
    close() {
      isClosed = true;
    },
  };
}
