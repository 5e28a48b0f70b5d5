/** Drives one area: owns its machine's state, feeds it what happens, does what it asks. Nothing here waits for a database. */
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
  /** Ends a motion that is under way; resolves when the controller took the STOP, or cannot be reached. */
  end(): Promise<void>;
}

export interface AreaDriverDeps {
  clock: Clock;
  rules: AreaRules;
  port: ShelfPort;
  state: AreaState;
  /** As it is in this very moment, and proven by the database before steel begins. */
  lead: Pick<LeadKeeper, "standing" | "proven">;
  /** Keeps what must reach the database, before it returns. */
  note(areaKey: string, body: FactBody): void;
  /** The state may be another. */
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
    // Before anything else is looked at: after a sleep it may be older than it looks.
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
    // STOP first, whatever its place in the list (I5).
    if (advanced.effects.some((effect) => effect.kind === "stop")) stop();
    if (input.kind === "lock" && !before.locks.some(({ id }) => id === input.lock.id))
      note(areaKey, { kind: "lock", lock: input.lock });
    // Before a command goes out: its wire id is never used twice, whatever ends this process.
    if (!isDeepStrictEqual(keptOf(before), keptOf(state))) note(areaKey, { kind: "kept", ...keptOf(state) });
    for (const effect of advanced.effects) perform(effect);
    deps.onChange(areaKey);
  }

  /** A machine that breaks over a STOP keeps no STOP from the steel. */
  function advance(input: AreaInput): ReturnType<typeof advanceArea> {
    try {
      return advanceArea(rules, state, input);
    } catch (error) {
      if (input.kind === "stop") stop();
      throw error;
    }
  }

  /** It goes out again until a status shows it followed: a failure is told once, not each time. */
  function stop(): void {
    const stopping = port.stop();
    // Merged with the one before: what comes of it is heard once.
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
      // Of the machine itself.
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

  /** Proven while somebody may still wish it; false: it does not go out, and the machine knows. */
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
    // Stopped, or overtaken, while we waited.
    if (state.motion?.commandId !== commandId || state.motion.phase !== "sending") return false;
    if (!isOurs) feed({ kind: "write-failed", atMs: clock.monoMs(), wireId });
    return isOurs;
  }

  async function send({ commandId, command: wire }: Extract<AreaEffect, { kind: "send" }>): Promise<void> {
    // A pause goes out beside the motion that it is to end.
    const isMotion = state.motion?.commandId === commandId;
    if (isMotion && !(await isLed(commandId))) return;
    const leftMs = isMotion && state.motion ? state.motion.latestSendMs - clock.monoMs() : wire.ttlMs;
    if (leftMs <= 0) return feed({ kind: "write-failed", atMs: clock.monoMs(), wireId: wire.wireId });
    const { wireId } = wire;
    let reason: RefusalReason | null = null;
    let isWritten = false;
    try {
      // Written in several steps it may take a while: what begins steel needs a lead that is sure at each of them.
      const mayGoOn = () => (isMotion ? lead.standing() === "held" : lead.standing() !== "lost");
      await port.send({ ...wire, ttlMs: Math.min(wire.ttlMs, Math.floor(leftMs)) }, mayGoOn);
      isWritten = true;
    } catch (error) {
      reason = refusalIn(error);
    }
    // Apart from that: an error of the machine is no failed write.
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

/** A controller that said no, as its driver hands it on; null: nobody knows what became of the write. */
function refusalIn(error: unknown): RefusalReason | null {
  if (!(error instanceof Refusal) || error.code !== "device-refused") return null;
  const { detail } = error.params;
  return Object.values<string>(refusalReasons).includes(String(detail)) ? (detail as RefusalReason) : null;
}
