/**
 * One area as the gateway sees it: asks motion for what people want, knows what became of it, and keeps it. Motion itself runs
 * elsewhere (src/motion) and waits for nothing here; what it decides comes as facts.
 */
import type { AreaLock, AreaView, CommandView } from "../contract/aisles.ts";
import type { AisleAttention } from "../contract/attention.ts";
import { type ErrorCode, Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import type { LightTarget, ShelfVerb } from "../contract/shelf.ts";
import type { House } from "../house.ts";
import type { AreaOrder, AreaStart, Fact } from "../motion/messages.ts";
import { type AreaRules, areaRules } from "../shelving/area-rules.ts";
import { type AreaState, firstAreaState, type Outcome, type Params } from "../shelving/area-state.ts";
import { holdWanted } from "../shelving/on-lock.ts";
import { type AreaLocks, openLocks } from "./area-locks.ts";
import { areaView, saying } from "./area-view.ts";
import { type NewCommand, storeCommand } from "./command-row.ts";
import { lockHolder } from "./hold-locks.ts";
import { openStops } from "./open-stops.ts";
import type { ToStore } from "./store-facts.ts";

/** A status that changes nothing a person sees is not sent to browsers more often than this. */
const viewEveryMsMax = 1_000;
/** Answers wait this long for the database to have what was decided. */
const storedMsMax = 2_000;

export interface AreaDrive {
  readonly areaKey: string;
  /**
   * Stores the command, asks the machine; resolves with what was stored, or refuses with the machine's reason. `askedAtMs`: the
   * monotonic moment of the person's press, from which the wish ages.
   */
  request(
    actor: Actor,
    verb: ShelfVerb,
    aisle: number,
    reason: string | null,
    askedAtMs?: number,
  ): Promise<CommandView>;
  /** Sent before anything else happens. */
  stop(actor: Actor): void;
  /** S21: fire or smoke that stands in the room, or null. */
  roomAlarm(what: string | null): void;
  /** S22: people's own locks. */
  readonly locks: Omit<AreaLocks, "kept">;
  /** Resolves when the command is settled, with its outcome. */
  settled(commandId: string): Promise<CommandView>;
  light(target: LightTarget | null): Promise<LightTarget | null>;
  view(): AreaView;
}

/** What comes back from motion, and how it ends and begins anew. */
export interface AreaDriveFeed extends AreaDrive {
  heard(facts: readonly Fact[]): void;
  seen(state: AreaState): void;
  /** The database has it. */
  kept(fact: ToStore): void;
  /** Motion is gone; `left`: what it had kept for this area and was not heard yet. */
  ended(left: readonly Fact[]): void;
  /** How the next one begins, as things are now. */
  starting(): AreaStart;
  /** It stands ready: what changed while nobody drove is told to it. */
  began(): void;
  close(): void;
}

export interface AreaDriveDeps {
  house: House;
  start: AreaStart;
  cannotKeep: readonly string[];
  /** Motion's answer to an order, or null where it does not answer within its limit. */
  order(order: AreaOrder): Promise<{ state: AreaState } | null>;
  light(target: LightTarget | null): Promise<LightTarget | null>;
  /** Facts of the gateway's own. */
  store(facts: readonly ToStore[]): void;
  stored(msMax: number): Promise<boolean>;
  onView(view: AreaView): void;
  onAlarm(alarm: { areaKey: string; code: string; zh: string; en: string; atMs: number }): void;
  onFailure(error: unknown): void;
  /** What delta stocktakes found at its aisles. */
  attentionOf?: ((areaKey: string) => AisleAttention[]) | undefined;
  /** A request to open is held until this resolves; whoever gives it bounds it. */
  beforeOpening?: ((areaKey: string, aisle: number) => Promise<void>) | undefined;
}

export function driveArea(deps: AreaDriveDeps): AreaDriveFeed {
  const { house, store } = deps;
  const [{ areaKey, spec }, { clock }] = [deps.start, house];
  const rules: AreaRules = areaRules(areaKey, spec, deps.cannotKeep);
  const waiting = new Map<string, (view: CommandView) => void>();
  /** Of a request that is being asked, until its caller takes them. */
  const refusals = new Map<string, Refusal>();
  /** Commands under way and the last one settled, by id; the newest is what the console shows. */
  const views = new Map<string, CommandView>();
  /** As motion last showed it. */
  let state = firstAreaState({ ...deps.start, needsReset: deps.start.needsReset ? { sinceMs: clock.monoMs() } : null });
  const stops = openStops({ clock, newId: house.newId, order: deps.order });
  let begunWith: readonly AreaLock[] = deps.start.locks;
  let roomAlarm: string | null = null;
  let newest: string | null = null;
  let isClosed = false;
  let lastShown = "";
  let lastShownAtMs = Number.NEGATIVE_INFINITY;

  const locks = openLocks({
    house,
    areaKey,
    held: deps.start.locks,
    put: (lock) => deps.order({ kind: "lock", lock }),
    off: (personId) => void deps.order({ kind: "unlock", personId }),
    stored: deps.stored,
    onChange: show,
  });

  function heard(facts: readonly Fact[]): void {
    for (const { atMs, body } of facts) {
      if (body.kind === "progress") amend(body.commandId, { state: body.state });
      else if (body.kind === "settle") settle(body.commandId, body.outcome, body.code, body.params, atMs);
      // On all consoles at once, before it is stored (S24).
      else if (body.kind === "decision" && body.alarm && body.code)
        deps.onAlarm({ areaKey, atMs, ...saying(body.code, body.params) });
    }
    show();
  }

  function settle(commandId: string, outcome: Outcome, code: ErrorCode | null, params: Params, atMs: number): void {
    const asked = views.get(commandId);
    if (!asked || asked.settledAtMs !== null) return;
    if (outcome === "refused" && code && asked.state === "stored") refusals.set(commandId, new Refusal(code, params));
    const why = code ? saying(code, params) : null;
    const settled = amend(commandId, { state: outcome, why, settledAtMs: atMs });
    waiting.get(commandId)?.(settled ?? asked);
    waiting.delete(commandId);
    for (const [id, view] of views)
      if (id !== newest && id !== commandId && view.settledAtMs !== null) views.delete(id);
  }

  /** The gateway's own end of a command, where motion cannot tell one. */
  function fail(commandId: string, code: ErrorCode): void {
    const body = { kind: "settle", commandId, outcome: "failed", code, params: {} } as const;
    settle(commandId, "failed", code, {}, clock.nowMs());
    store([{ areaKey, atMs: clock.nowMs(), body, log: null }]);
  }

  /** An error leaves open whether the row is there: one that is must not keep the area busy. */
  async function storeNew(command: NewCommand): Promise<void> {
    try {
      await storeCommand(house, command);
    } catch (error) {
      if (!(error instanceof Refusal)) fail(command.id, "database-away");
      throw error;
    }
  }

  /** Stored first, then the machine is asked. The gateway's own, for locks, is not what the console shows as the newest. */
  async function put(
    command: Pick<NewCommand, "actor" | "verb" | "aisle" | "reason">,
    askedAtMs: number,
    settledForLocks?: (view: CommandView) => void,
  ): Promise<CommandView> {
    const id = house.newId();
    const { actor, verb, aisle } = command;
    const { epoch } = state;
    // What ended before this must not keep the area busy.
    await deps.stored(storedMsMax);
    const storedAtMs = clock.nowMs();
    const expectedOpenAisle = state.status?.openAisle ?? 0;
    const expiresAtMs = storedAtMs + rules.limits.startMaxMs - (clock.monoMs() - askedAtMs);
    await storeNew({ ...command, id, areaKey, epoch, expectedOpenAisle, expiresAtMs });
    const stored: CommandView = { id, areaKey, verb, aisle, state: "stored", why: null, storedAtMs, settledAtMs: null };
    views.set(id, stored);
    if (settledForLocks) waiting.set(id, settledForLocks);
    else newest = id;
    const isForLocks = settledForLocks !== undefined;
    const order = { kind: "request", commandId: id, verb, aisle, epoch, actor, isForLocks, askedAtMs } as const;
    const answer = await deps.order(order);
    // It may still be looked at later: then it is refused for its age.
    if (!answer) fail(id, "motion-away");
    if (isForLocks) refusals.delete(id);
    return stored;
  }

  const holdLocks = lockHolder({
    clock,
    wanted: () => (isClosed ? null : holdWanted(rules, state, clock.monoMs())),
    ask: (verb) =>
      new Promise((resolve, reject) => {
        put({ actor: "gateway", verb, aisle: 0, reason: null }, clock.monoMs(), resolve).catch(reject);
      }),
    onFailure: deps.onFailure,
  });

  function amend(commandId: string, now: Partial<CommandView>): CommandView | null {
    const view = views.get(commandId);
    if (!view || view.settledAtMs !== null) return null;
    const amended = { ...view, ...now };
    views.set(commandId, amended);
    return amended;
  }

  function viewNow(): AreaView {
    const now = { monoMs: clock.monoMs(), wallMs: clock.nowMs() };
    const attention = deps.attentionOf?.(areaKey) ?? [];
    return areaView({ rules, state, now, locks: locks.all(), command: views.get(newest ?? "") ?? null, attention });
  }

  function show(): void {
    if (isClosed) return;
    const atMs = clock.monoMs();
    const view = viewNow();
    const text = JSON.stringify({ ...view, atMs: 0 });
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
      show();
      holdLocks();
    },
    kept({ body }) {
      if (body.kind === "lock") locks.kept(body.lock.id);
    },
    async request(actor, verb, aisle, reason, askedAtMs = clock.monoMs()) {
      // Not for one that is refused anyway.
      const mayOpen = verb === "open" && viewNow().may[`open:${aisle}`] === true;
      if (mayOpen) await deps.beforeOpening?.(areaKey, aisle);
      const stored = await put({ actor, verb, aisle, reason }, askedAtMs);
      const { id } = stored;
      const refusal = refusals.get(id);
      refusals.delete(id);
      await deps.stored(storedMsMax);
      if (refusal) throw refusal;
      const view = views.get(id) ?? stored;
      if (view.why?.code === "motion-away") throw new Refusal("motion-away");
      return view;
    },
    stop: stops.stop,
    roomAlarm(what) {
      roomAlarm = what;
      void deps.order({ kind: "room-alarm", what });
    },
    settled(commandId) {
      const view = views.get(commandId);
      if (view && view.settledAtMs !== null) return Promise.resolve(view);
      return new Promise((resolve) => waiting.set(commandId, resolve));
    },
    light: (target) => deps.light(target),
    view: viewNow,
    ended(left) {
      heard(left.filter((fact) => fact.areaKey === areaKey));
      const open = [...views.values()].filter((view) => view.settledAtMs === null);
      for (const { id } of open) fail(id, "motion-restarted");
      const { motion, setting, stop, inhibited, isHeldForLocks, wireId } = state;
      const epoch = state.epoch + 1;
      const isStopped =
        motion !== null || setting !== null || open.length > 0 || stop !== null || state.needsReset !== null;
      const kept = { kind: "kept", epoch, wireId, inhibited, isHeldForLocks, isStopped } as const;
      store([{ areaKey, atMs: clock.nowMs(), body: kept, log: null }]);
      const needsReset = isStopped ? { sinceMs: clock.monoMs() } : null;
      state = firstAreaState({ epoch, wireId, inhibited, locks: locks.all(), isHeldForLocks, roomAlarm, needsReset });
      show();
    },
    starting() {
      const { epoch, wireId, inhibited, isHeldForLocks } = state;
      const needsReset = state.needsReset !== null;
      begunWith = locks.all();
      return {
        areaKey,
        spec,
        epoch,
        wireId,
        inhibited,
        locks: begunWith,
        isHeldForLocks,
        roomAlarm,
        needsReset,
        stopsFirst: true,
      };
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
