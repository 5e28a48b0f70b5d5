/** Drives one area: owns its machine's state, feeds it inputs and carries out its effects. Nothing here waits for a database. */
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../clock/clock.ts";
import { clockGap } from "../clock/clock-gap.ts";
import { Refusal } from "../contract/errors.ts";
import type { ShelfPort } from "../contract/ports.ts";
import { type RefusalReason, refusalReasons } from "../contract/shelf.ts";
import type { LeadKeeper } from "../lead/keep-lead.ts";
import { advanceArea } from "../shelving/advance-area.ts";
import type { AreaRules } from "../shelving/area-rules.ts";
import type { AreaEffect, AreaInput, AreaState } from "../shelving/area-state.ts";
import { type FactBody, keptOf } from "./messages.ts";

const tickMs = 100;

export interface AreaDriver {
  readonly areaKey: string;
  readonly port: ShelfPort;
  feed(input: AreaInput): void;
  state(): AreaState;
  /** Ends a motion that is under way; resolves when the controller accepted the STOP, or cannot be reached. */
  end(): Promise<void>;
}

export interface AreaDriverDeps {
  clock: Clock;
  rules: AreaRules;
  port: ShelfPort;
  state: AreaState;
  /** The lead as it is at this moment; the database confirms it before a motion begins. */
  lead: Pick<LeadKeeper, "standing" | "proven">;
  /** Stores a fact for the database; it is kept before this returns. */
  note(areaKey: string, body: FactBody): void;
  /** Called when the state may have changed. */
  onChange(areaKey: string): void;
  onFailure(error: unknown): void;
}

export function areaDriver({ clock, rules, port, note, lead, ...deps }: AreaDriverDeps): AreaDriver {
  const { areaKey } = rules;
  let { state } = deps;
  let isClosed = false;
  let lastStop: Promise<void> = Promise.resolve();
  let stoppedBy: Promise<void> | null = null;
  let isStopFailing = false;
  const gapMs = clockGap(clock);

  function feed(input: AreaInput): void {
    const gap = gapMs();
    // Before anything else: after a sleep the input may be older than it looks.
    if (gap !== null) step({ kind: "clock-gap", atMs: clock.monoMs(), gapMs: gap });
    const standing = lead.standing();
    if (standing !== state.lead) step({ kind: "lead", atMs: clock.monoMs(), standing });
    step(input);
  }

  function step(input: AreaInput): void {
    if (isClosed) return;
    const before = state;
    const advanced = advance(input);
    state = advanced.state;
    // STOP is carried out first, whatever its place in the list (I5).
    if (advanced.effects.some((effect) => effect.kind === "stop")) stop();
    if (input.kind === "lock" && !before.locks.some(({ id }) => id === input.lock.id))
      note(areaKey, { kind: "lock", lock: input.lock });
    // Stored before a command goes out, so that a wire id is never used twice, however this process ends.
    if (!isDeepStrictEqual(keptOf(before), keptOf(state))) note(areaKey, { kind: "kept", ...keptOf(state) });
    for (const effect of advanced.effects) perform(effect);
    deps.onChange(areaKey);
  }

  /** If the machine throws on a STOP, the STOP still goes to the controller. */
  function advance(input: AreaInput): ReturnType<typeof advanceArea> {
    try {
      return advanceArea(rules, state, input);
    } catch (error) {
      if (input.kind === "stop") stop();
      throw error;
    }
  }

  /** Repeated until a status shows that the controller followed it; a failure is reported once, not each time. */
  function stop(): void {
    const stopping = port.stop();
    // This STOP shares the promise of the one before, whose outcome is already being awaited.
    if (stopping === stoppedBy) return;
    stoppedBy = stopping;
    lastStop = stopping
      .then(
        () => {
          isStopFailing = false;
          feed({ kind: "stop-answered", atMs: clock.monoMs() });
        },
        (error: unknown) => {
          if (!isStopFailing) deps.onFailure(error);
          isStopFailing = true;
        },
      )
      // Errors of the machine itself.
      .catch(deps.onFailure);
  }

  function perform(effect: AreaEffect): void {
    switch (effect.kind) {
      case "stop":
        break;
      case "heartbeat":
        port.heartbeat(effect.on);
        break;
      case "send":
        send(effect).catch(deps.onFailure);
        break;
      case "progress":
      case "settle":
      case "decision":
        note(areaKey, effect);
        break;
    }
  }

  /** Asks the database for the lead while the request is still valid; false: the command is not sent, and the machine knows. */
  async function isLed(commandId: string): Promise<boolean> {
    const proven = lead.proven();
    if (proven === true) return true;
    const { latestSendMs = 0, wireId = 0 } = state.motion ?? {};
    let cancel = () => {};
    const late = new Promise<boolean>((resolve) => {
      cancel = clock.after(Math.max(0, latestSendMs - clock.monoMs()), () => resolve(false));
    });
    const isOurs = await Promise.race([proven, late]);
    cancel();
    // Stopped or overtaken while this waited.
    if (state.motion?.commandId !== commandId || state.motion.phase !== "sending") return false;
    if (!isOurs) feed({ kind: "write-failed", atMs: clock.monoMs(), wireId });
    return isOurs;
  }

  async function send({ commandId, command: wire }: Extract<AreaEffect, { kind: "send" }>): Promise<void> {
    // A pause goes out beside the motion that it should end.
    const isMotion = state.motion?.commandId === commandId;
    if (isMotion && !(await isLed(commandId))) return;
    const leftMs = isMotion && state.motion ? state.motion.latestSendMs - clock.monoMs() : wire.ttlMs;
    if (leftMs <= 0) return feed({ kind: "write-failed", atMs: clock.monoMs(), wireId: wire.wireId });
    const { wireId } = wire;
    let reason: RefusalReason | null = null;
    let isWritten = false;
    try {
      // Several write steps may take a while: a motion needs a held lead at each of them.
      const mayGoOn = () => (isMotion ? lead.standing() === "held" : lead.standing() !== "lost");
      await port.send({ ...wire, ttlMs: Math.min(wire.ttlMs, Math.floor(leftMs)) }, mayGoOn);
      isWritten = true;
    } catch (error) {
      reason = refusalIn(error);
    }
    // In its own `then`, so that an error of the machine does not count as a failed write.
    if (isWritten) feed({ kind: "written", atMs: clock.monoMs(), wireId });
    else feed({ kind: "write-failed", atMs: clock.monoMs(), wireId, ...(reason ? { reason } : {}) });
  }

  port.onStatus((status, atMs, madeAfterMs) => feed({ kind: "status", atMs, status, madeAfterMs }));
  port.onLink((up, atMs) => feed({ kind: "link", atMs, up }));
  let cancelTick = clock.after(tickMs, tick);
  function tick(): void {
    feed({ kind: "tick", atMs: clock.monoMs() });
    if (!isClosed) cancelTick = clock.after(tickMs, tick);
  }

  return {
    areaKey,
    port,
    feed,
    state: () => state,
    async end() {
      if (state.motion) feed({ kind: "stop", atMs: clock.monoMs(), commandId: "motion-ends", actor: "gateway" });
      isClosed = true;
      cancelTick();
      port.heartbeat(false);
      await lastStop;
    },
  };
}

/** The reason if the controller refused, as its driver passes it on; null: the outcome of the write is unknown. */
function refusalIn(error: unknown): RefusalReason | null {
  if (!(error instanceof Refusal) || error.code !== "device-refused") return null;
  const { detail } = error.params;
  return Object.values<string>(refusalReasons).includes(String(detail)) ? (detail as RefusalReason) : null;
}
