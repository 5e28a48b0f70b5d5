/** All areas of the site. Starts motion with what the database remembers, takes in its messages, and restarts it when it dies. */
import { Refusal } from "../contract/errors.ts";
import type { RoomAlarm } from "../contract/ports.ts";
import type { LightTarget } from "../contract/shelf.ts";
import type { AlarmName, AreaOrder, AreaStart, Fact, FromMotion, MotionEnd } from "../motion/messages.ts";
import type { AreaState } from "../shelving/area-state.ts";
import { type AreaDrive, type AreaDriveFeed, driveArea } from "./area-drive.ts";
import { saying } from "./area-view.ts";
import type { AreasDeps } from "./areas-deps.ts";
import { deadLogs } from "./dead-logs.ts";
import { earlyFires } from "./early-fires.ts";
import { factLine } from "./fact-line.ts";
import { hearLeft } from "./left-facts.ts";
import { type Answer, openAsks } from "./open-asks.ts";
import { silentMotion } from "./silent-motion.ts";
import { epochsAhead, startArea } from "./start-area.ts";
import { dropLogRow, factStore, type ToStore } from "./store-facts.ts";
import { storeLeftOver } from "./store-left-over.ts";
import { tellInTurn } from "./tell-in-turn.ts";

export interface Areas {
  /** Refuses with not-found. */
  drive(areaKey: string): AreaDrive;
  all(): AreaDrive[];
  /** Fire and smoke that motion heard by itself, including what came before the listener. */
  onFire(listener: (alarm: RoomAlarm) => void): void;
  /** Facts that the database refused and that are kept aside, since the start. */
  factsSetAside(): number;
  /** An alarm that motion may have heard by itself is over. */
  fireOver(alarm: AlarmName): void;
  close(): Promise<void>;
}

/** An order that motion has not handled by then is given up; if handled later, it is refused for its age. */
const answerMsMax = 2_500;
const lightMsMax = 5_000;
/** One day in ms, in practice until motion ends and answers all waiting orders. */
const forEverMs = 86_400_000;
const factsWaitingMax = 5_000;
const closeMsMax = 5_000;
/** Pauses between failing starts of motion. */
const restartMsMin = 50;
const restartMsMax = 5_000;
/** After running this long, pauses begin small again. */
const steadyMs = 10_000;

/** Opens every area of the site, each with a new epoch. */
export async function openAreas(deps: AreasDeps): Promise<Areas> {
  const { context, motion, onFailure, leadEpoch = null } = deps;
  const { clock } = context;
  const drives = new Map<string, AreaDriveFeed>();
  const asks = openAsks(clock);
  let end: MotionEnd | null = null;
  let tookId = 0;
  let tookTold = 0;
  const fires = earlyFires();
  let isStarting = true;
  const dead = deadLogs((logId) => void forget(logId).catch(onFailure));
  const dids: Extract<FromMotion, { kind: "did" }>[] = [];
  let failures = 0;
  /** Deaths of motion since all that it decided was stored. */
  let deathsUnstored = 0;
  let startedAtMs = 0;
  let isClosed = false;
  let isLeadLost = false;
  const silence = silentMotion(clock, (words) => {
    onFailure(words);
    deps.onAlarm({ areaKey: "gateway", atMs: clock.nowMs(), ...saying(words.code, words.params) });
  });

  const facts = factStore({
    context,
    onStored(stored) {
      for (const fact of stored) drives.get(fact.areaKey)?.kept(fact);
      if (line.isEmpty()) deathsUnstored = 0;
      noLongerKept(stored);
      line.goOn();
    },
    setAside: ({ areaKey, atMs, body }) => motion.setAside({ areaKey, atMs, body }),
    onSetAside(fact) {
      noLongerKept([fact]);
      line.goOn();
    },
    holdsLock: (areaKey, lockId) => drives.get(areaKey)?.holds(lockId) ?? true,
    // Later the book of alarms stores them.
    keepsAlarms: () => isStarting,
    onFailure,
  });

  const line = factLine({ facts, clock, onFailure });
  const lateAlarms = tellInTurn(clock, deps.onAlarm);

  /** Facts that are stored or set aside need no longer be kept anywhere else. */
  function noLongerKept(over: readonly ToStore[]): void {
    const newest = over.findLast(({ log }) => log?.id === end?.logId)?.log;
    if (newest) end?.send({ kind: "stored", upTo: newest.factId });
    acknowledge();
    dead.stored(over);
  }

  const forget = (logId: string) => motion.forget(logId, () => dropLogRow(context, logId));

  type Send = (to: MotionEnd, id: number) => void;
  async function ask<Wanted extends Answer>(send: Send, msMax: number, onTaken?: () => void): Promise<Wanted | null> {
    const to = end;
    return to ? asks.ask<Wanted>((id) => send(to, id), msMax, onTaken) : null;
  }

  const order = (areaKey: string, order: AreaOrder, waits?: "untilItEnds", onTaken?: () => void) =>
    ask<{ state: AreaState }>(
      (to, id) => to.send({ kind: "order", ask: id, areaKey, order }),
      waits ? forEverMs : answerMsMax,
      onTaken,
    );

  async function light(areaKey: string, target: LightTarget | null): Promise<LightTarget | null> {
    const answer = await ask<{ shown: LightTarget | null }>(
      (to, id) => to.send({ kind: "light", ask: id, areaKey, target }),
      lightMsMax,
    );
    if (!answer) throw new Refusal("motion-away");
    return answer.shown;
  }

  function hear(from: MotionEnd, message: FromMotion): void {
    if (from !== end) return;
    silence.heard();
    switch (message.kind) {
      case "facts":
        tookId = message.facts.at(-1)?.id ?? tookId;
        take(from.logId, message.facts);
        acknowledge();
        for (const done of dids.splice(0)) hear(from, done);
        break;
      case "did":
        asks.taken(message.ask);
        // An answer is passed on only after the facts that it refers to.
        if (message.factId > tookId) return void dids.push(message);
        drives.get(message.areaKey)?.seen(message.state);
        asks.answer(message.ask, { state: message.state });
        break;
      case "lit": {
        const { shown, refusal } = message;
        asks.answer(message.ask, refusal ? new Refusal(refusal.code, refusal.params) : { shown });
        break;
      }
      case "lead":
        isLeadLost = message.standing === "lost";
        for (const drive of drives.values()) drive.leads(message.standing);
        deps.onLead?.(message.standing);
        break;
      case "picture":
        from.send({ kind: "saw" });
        for (const [areaKey, state] of Object.entries(message.states)) drives.get(areaKey)?.seen(state);
        deps.onPicture?.(message);
    }
  }

  /** While the database is away, motion keeps facts in its log; only a limited number waits here. */
  function acknowledge(): void {
    if (tookId === tookTold || line.waiting() > factsWaitingMax) return;
    tookTold = tookId;
    end?.send({ kind: "took", upTo: tookId });
  }

  function take(logId: string, taken: readonly Fact[]): void {
    fires.heard(taken);
    for (const drive of drives.values()) drive.heard(taken.filter((fact) => fact.areaKey === drive.areaKey));
    line.store(taken.map((fact) => ({ ...fact, log: { id: logId, factId: fact.id } })));
  }

  async function begin(areas: readonly AreaStart[]): Promise<MotionEnd> {
    const begun = await motion.start(areas);
    if (isClosed) {
      await begun.close();
      return begun;
    }
    tookId = 0;
    tookTold = 0;
    dids.length = 0;
    startedAtMs = clock.monoMs();
    silence.heard();
    end = begun;
    begun.onMessage((message) => hear(begun, message));
    begun.onEnd((why, left) => ended(begun, why, left));
    deps.onMotion?.(true);
    return begun;
  }

  /** Until the next motion nothing drives the carriages: those with a heartbeat stop themselves, others are stopped first. */
  function ended(which: MotionEnd, why: string, left: Iterable<Fact>): void {
    if (which !== end || isClosed) return;
    end = null;
    deathsUnstored++;
    deps.onMotion?.(false);
    onFailure(new Error(`motion ended: ${why}`));
    const [{ logId }, afterId] = [which, tookId];
    for (const drive of drives.values()) drive.died();
    // Stored before anything that is decided from now on.
    line.storeLeft(logId, left, afterId);
    hearLeft({
      ...{ clock, left, afterId, isOver: () => isClosed, onFailure },
      hear(page) {
        fires.heard(page);
        for (const drive of drives.values()) {
          const ofArea = page.filter((fact) => fact.areaKey === drive.areaKey);
          drive.heard(ofArea, lateAlarms.tell);
        }
      },
      done(lastId) {
        if (lastId !== null) dead.died(logId, lastId);
        asks.endAll();
        for (const drive of drives.values()) drive.ended();
        if (clock.monoMs() - startedAtMs > steadyMs) failures = 0;
        // Another gateway drives the carriages now.
        if (!isLeadLost) again();
      },
    });
  }

  function again(): void {
    clock.after(Math.min(restartMsMax, restartMsMin * 2 ** failures++), () => {
      if (isClosed) return;
      // Never use an epoch that the next leader may also give out.
      if (leadEpoch !== null && deathsUnstored > epochsAhead) return again();
      begin([...drives.values()].map((drive) => drive.starting())).then(
        () => {
          for (const drive of drives.values()) drive.began();
        },
        (error: unknown) => {
          onFailure(error);
          again();
        },
      );
    });
  }

  const stopLooking = silence.repeat(() => {
    silence.look(drives.size > 0 ? end : null);
    for (const drive of drives.values()) drive.show();
  });

  const onProgress = deps.onLeftOver ?? (() => {});
  await storeLeftOver({ clock, motion, facts, leadEpoch, forget, onProgress, onAlarm: deps.onAlarm });
  isStarting = false;
  const starts: AreaStart[] = [];
  const given = await motion.epochsGiven();
  for (const { roomId, id, spec } of context.layout.areas)
    starts.push(await startArea(context, `${roomId}.${id}`, spec, given[`${roomId}.${id}`]));
  const first = await begin(starts);
  for (const start of starts) {
    const cannotKeep = first.cannotKeep[start.areaKey];
    if (!cannotKeep) continue;
    const { areaKey } = start;
    drives.set(
      areaKey,
      driveArea({
        ...deps,
        start,
        cannotKeep,
        order: (wanted, waits, onTaken) => order(areaKey, wanted, waits, onTaken),
        isDriven: () => end !== null,
        isHeard: () => end !== null && silence.isHeard(),
        light: (target) => light(areaKey, target),
        store: line.store,
        stored: line.stored,
      }),
    );
  }

  return {
    drive(areaKey) {
      const drive = drives.get(areaKey);
      if (!drive) throw new Refusal("not-found", { what: areaKey });
      return drive;
    },
    all: () => [...drives.values()],
    factsSetAside: facts.setAside,
    onFire: fires.onFire,
    fireOver: ({ roomId, deviceId, alarmId }) => end?.send({ kind: "alarm-over", roomId, deviceId, alarmId }),
    async close() {
      // A motion that cannot be ended is reported, and its decisions are still stored.
      await end?.close().catch(onFailure);
      isClosed = true;
      stopLooking();
      end = null;
      for (const drive of drives.values()) drive.close();
      lateAlarms.close();
      await line.close(closeMsMax);
    },
  };
}
