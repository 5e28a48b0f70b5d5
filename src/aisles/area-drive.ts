/** Drives one area: owns its machine's state, feeds it what happens, does what it asks. STOP never waits for the database. */
import { isDeepStrictEqual } from "node:util";
import { clockGap } from "../clock/clock-gap.ts";
import type { AreaView, CommandView } from "../contract/aisles.ts";
import type { AisleAttention } from "../contract/attention.ts";
import { type ErrorCode, Refusal } from "../contract/errors.ts";
import { type Actor, type JournalKind, roomChain } from "../contract/journal.ts";
import type { ShelfPort } from "../contract/ports.ts";
import type { LightTarget, ShelfVerb } from "../contract/shelf.ts";
import type { House } from "../house.ts";
import { change } from "../journal/change.ts";
import { advanceArea } from "../shelving/advance-area.ts";
import type { AreaRules } from "../shelving/area-rules.ts";
import type { AreaEffect, AreaInput, AreaState, Outcome, Params } from "../shelving/area-state.ts";
import { holdWanted } from "../shelving/on-lock.ts";
import { type AreaLocks, openLocks } from "./area-locks.ts";
import { areaView, saying } from "./area-view.ts";
import { type NewCommand, noteProgress, roomOf, storeCommand } from "./command-row.ts";
import { lockHolder } from "./hold-locks.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { openSettlements } from "./settlements.ts";
import { keepAreaState, keptOf } from "./start-area.ts";

const tickMs = 100;
/** A status that changes nothing a person sees is not sent to browsers more often than this. */
const viewEveryMsMax = 1_000;

export interface AreaDrive {
  readonly areaKey: string;
  /** Stores the command, asks the machine; resolves with what was stored, or refuses with the machine's reason. */
  request(actor: Actor, verb: ShelfVerb, aisle: number, reason: string | null): Promise<CommandView>;
  /** Sent before anything else happens. */
  stop(actor: Actor): void;
  /** S22: people's own locks. */
  readonly locks: AreaLocks;
  /** Resolves when the command is settled, with its outcome. */
  settled(commandId: string): Promise<CommandView>;
  light(target: LightTarget | null): Promise<LightTarget | null>;
  view(): AreaView;
  close(): Promise<void>;
}

export interface AreaDriveDeps {
  house: House;
  rules: AreaRules;
  port: ShelfPort;
  state: AreaState;
  onView(view: AreaView): void;
  onAlarm(alarm: { areaKey: string; code: string; zh: string; en: string; atMs: number }): void;
  onFailure(error: unknown): void;
  /** What delta stocktakes found at its aisles. */
  attentionOf?: ((areaKey: string) => AisleAttention[]) | undefined;
  /** A request to open is held until this resolves; whoever gives it bounds it. */
  beforeOpening?: ((areaKey: string, aisle: number) => Promise<void>) | undefined;
}

const decisionKinds: Partial<Record<string, JournalKind>> = { stop: "area.stopped" };

export function driveArea(deps: AreaDriveDeps): AreaDrive {
  const { house, rules, port } = deps;
  const { areaKey } = rules;
  const ledger: Ledger = openLedger(deps.onFailure);
  const settlements = openSettlements(house, ledger);
  const waiting = new Map<string, (view: CommandView) => void>();
  /** Refusals of the request being fed, until its caller takes them. */
  const refusals = new Map<string, Refusal>();
  let state = deps.state;
  /** Commands under way and the last one settled, by id; the newest is what the console shows. */
  const views = new Map<string, CommandView>();
  let newest: string | null = null;
  let isClosed = false;
  let isStopFailing = false;
  const gapMs = clockGap(house.clock);
  let lastShown = "";
  let lastShownAtMs = Number.NEGATIVE_INFINITY;

  function feed(input: AreaInput): void {
    if (isClosed) return;
    const before = state;
    const advanced = advanceArea(rules, state, input);
    state = advanced.state;
    // STOP first, whatever its place in the list (I5).
    if (advanced.effects.some((effect) => effect.kind === "stop")) sendStop();
    // Before a command goes out, for that waits until all of this is stored.
    if (!isDeepStrictEqual(keptOf(before), keptOf(state))) {
      const kept = keptOf(state);
      ledger.write(() => keepAreaState(house, areaKey, kept));
    }
    for (const effect of advanced.effects) perform(effect);
    show();
    holdLocks();
  }

  /** It goes out again until a status shows it followed: a failure is told once, not each time. */
  function sendStop(): void {
    const failed = (error: unknown) => {
      if (!isStopFailing) deps.onFailure(error);
      isStopFailing = true;
    };
    port.stop().then(() => {
      isStopFailing = false;
      feed({ kind: "stop-answered", atMs: house.clock.monoMs() });
    }, failed);
  }

  function perform(effect: AreaEffect): void {
    switch (effect.kind) {
      case "stop":
        break;
      case "heartbeat":
        port.heartbeat(effect.on);
        break;
      case "send":
        void send(effect);
        break;
      case "progress":
        amend(effect.commandId, { state: effect.state });
        ledger.write(() => noteProgress(house, effect.commandId, effect.state, effect.wireId));
        break;
      case "settle":
        settle(effect.commandId, effect.outcome, effect.code, effect.params);
        break;
      case "decision":
        note(effect);
        break;
    }
  }

  /** Goes out only after what was promised about it is stored, and only if nothing ended it meanwhile. */
  async function send({ commandId, command: wire }: Extract<AreaEffect, { kind: "send" }>): Promise<void> {
    await ledger.written();
    // A pause goes out beside the motion that it is to end.
    const isMotion = state.motion?.commandId === commandId;
    const pending = isMotion ? state.motion : state.setting;
    if (isClosed || pending?.commandId !== commandId || pending.wireId !== wire.wireId) return;
    const leftMs = isMotion && state.motion ? state.motion.latestSendMs - house.clock.monoMs() : wire.ttlMs;
    if (leftMs <= 0) return feed({ kind: "write-failed", atMs: house.clock.monoMs(), wireId: wire.wireId });
    try {
      await port.send({ ...wire, ttlMs: Math.min(wire.ttlMs, Math.floor(leftMs)) });
      feed({ kind: "written", atMs: house.clock.monoMs(), wireId: wire.wireId });
    } catch {
      feed({ kind: "write-failed", atMs: house.clock.monoMs(), wireId: wire.wireId });
    }
  }

  function settle(commandId: string, outcome: Outcome, code: ErrorCode | null, params: Params): void {
    settlements.settle({ commandId, areaKey, outcome, code, params });
    const asked = views.get(commandId);
    if (!asked) return;
    if (outcome === "refused" && code && asked.state === "stored") refusals.set(commandId, new Refusal(code, params));
    const settled = amend(commandId, {
      state: outcome,
      why: code ? saying(code, params) : null,
      settledAtMs: house.clock.nowMs(),
    });
    waiting.get(commandId)?.(settled ?? asked);
    waiting.delete(commandId);
    for (const [id, view] of views)
      if (id !== newest && id !== commandId && view.settledAtMs !== null) views.delete(id);
  }

  /** An error leaves open whether the row is there: one that is must not keep the area busy. */
  async function store(command: NewCommand): Promise<void> {
    try {
      await storeCommand(house, command);
    } catch (error) {
      if (!(error instanceof Refusal))
        settlements.settle({ commandId: command.id, areaKey, outcome: "failed", code: "database-away", params: {} });
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
    const storedAtMs = house.clock.nowMs();
    const { epoch } = state;
    await settlements.catchUp();
    const expectedOpenAisle = state.status?.openAisle ?? 0;
    await store({
      ...command,
      id,
      areaKey,
      epoch,
      expectedOpenAisle,
      expiresAtMs: storedAtMs + rules.limits.startMaxMs,
    });
    const stored: CommandView = { id, areaKey, verb, aisle, state: "stored", why: null, storedAtMs, settledAtMs: null };
    views.set(id, stored);
    if (settledForLocks) waiting.set(id, settledForLocks);
    else newest = id;
    const isForLocks = settledForLocks !== undefined;
    const atMs = house.clock.monoMs();
    feed({ kind: "request", atMs, askedAtMs, commandId: id, verb, aisle, epoch, actor, isForLocks });
    if (isForLocks) refusals.delete(id);
    return stored;
  }

  const holdLocks = lockHolder({
    clock: house.clock,
    wanted: () => (isClosed ? null : holdWanted(rules, state, house.clock.monoMs())),
    ask: (verb) =>
      new Promise((resolve, reject) => {
        put({ actor: "gateway", verb, aisle: 0, reason: null }, house.clock.monoMs(), resolve).catch(reject);
      }),
    onFailure: deps.onFailure,
  });

  function amend(commandId: string, now: Partial<CommandView>): CommandView | null {
    const view = views.get(commandId);
    if (!view) return null;
    const amended = { ...view, ...now };
    views.set(commandId, amended);
    return amended;
  }

  /** S24: every decision with the inputs it saw; an alarm is on all consoles at once, before it is stored. */
  function note(decision: Extract<AreaEffect, { kind: "decision" }>): void {
    const { kind: _, actor, alarm, ...seen } = decision;
    const atMs = house.clock.nowMs();
    if (alarm && seen.code) deps.onAlarm({ areaKey, atMs, ...saying(seen.code, seen.params) });
    ledger.write(() =>
      change(house, async (_tx, recorder) => {
        const kind = alarm ? "area.alarm" : (decisionKinds[seen.decision] ?? "aisle.decided");
        recorder.note({
          chain: roomChain(roomOf(areaKey)),
          actor,
          kind,
          subject: `area:${areaKey}`,
          body: { areaKey, decidedAtMs: atMs, ...seen },
        });
      }),
    );
  }

  function viewNow(): AreaView {
    const now = { monoMs: house.clock.monoMs(), wallMs: house.clock.nowMs() };
    return areaView(rules, state, now, views.get(newest ?? "") ?? null, deps.attentionOf?.(areaKey) ?? []);
  }

  function show(): void {
    const atMs = house.clock.monoMs();
    const view = viewNow();
    const text = JSON.stringify({ ...view, atMs: 0 });
    if (text === lastShown && atMs - lastShownAtMs < viewEveryMsMax) return;
    lastShown = text;
    lastShownAtMs = atMs;
    deps.onView(view);
  }

  port.onStatus((status, atMs) => feed({ kind: "status", atMs, status }));
  port.onLink((up, atMs) => feed({ kind: "link", atMs, up }));
  let cancelTick = house.clock.after(tickMs, tick);
  function tick(): void {
    const [gap, atMs] = [gapMs(), house.clock.monoMs()];
    feed(gap === null ? { kind: "tick", atMs } : { kind: "clock-gap", atMs, gapMs: gap });
    if (!isClosed) cancelTick = house.clock.after(tickMs, tick);
  }

  return {
    areaKey,
    locks: openLocks({ house, areaKey, locks: () => state.locks, feed }),
    async request(actor, verb, aisle, reason) {
      // The press: whatever waits from here on counts (S15).
      const askedAtMs = house.clock.monoMs();
      // Not for one that is refused anyway.
      const mayOpen = verb === "open" && viewNow().may[`open:${aisle}`] === true;
      if (mayOpen) await deps.beforeOpening?.(areaKey, aisle);
      const stored = await put({ actor, verb, aisle, reason }, askedAtMs);
      const { id } = stored;
      const refusal = refusals.get(id);
      refusals.delete(id);
      await ledger.written();
      if (refusal) throw refusal;
      return views.get(id) ?? stored;
    },
    stop(actor) {
      feed({ kind: "stop", atMs: house.clock.monoMs(), commandId: house.newId(), actor });
    },
    settled(commandId) {
      const view = views.get(commandId);
      if (view && view.settledAtMs !== null) return Promise.resolve(view);
      return new Promise((resolve) => waiting.set(commandId, resolve));
    },
    light: (target) => port.light(target),
    view: () => viewNow(),
    async close() {
      isClosed = true;
      cancelTick();
      port.heartbeat(false);
      settlements.close();
      await ledger.written();
    },
  };
}
