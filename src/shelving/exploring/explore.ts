/** Visits every reachable state of the machine (only the order of times and numbers counts); the oracle judges each step. */
import type { Chance } from "../../clock/chance.ts";
import type { ShelfStatus } from "../../contract/shelf.ts";
import { advanceArea } from "../advance-area.ts";
import type { AreaRules } from "../area-rules.ts";
import { type AreaState, firstAreaState, type Setting } from "../area-state.ts";
import type { Letter } from "./alphabet.ts";
import { faultOf } from "./oracle.ts";
import { firstShadow, hear, remember, type Shadow } from "./shadow.ts";

export type Advance = typeof advanceArea;

export interface Found {
  statesSeen: number;
  stepsTaken: number;
  /** Codes and outcomes that occurred: an exploration in which nothing moves proves nothing. */
  occurred: Set<string>;
  fault: { what: string; path: string[] } | null;
}

interface Node {
  state: AreaState;
  shadow: Shadow;
  atMs: number;
  from: Node | null;
  by: string;
}

/** Breadth first, so that a fault is found with its shortest path. */
export function explore(
  rules: AreaRules,
  letters: readonly Letter[],
  statesMax: number,
  advance: Advance = advanceArea,
): Found {
  const start: Node = {
    state: firstAreaState({ epoch: 1, wireId: 0 }),
    shadow: firstShadow(1),
    atMs: 1_000_000,
    from: null,
    by: "start",
  };
  const matters: Matters = {
    // Where each picture is of the moment it came, whether the last one is of after the STOP makes no difference to the next.
    isLate: letters.some(({ name }) => name.includes("of before the STOP")),
    isRepeat: letters.some(({ name }) => name === "answered duplicate"),
  };
  const seen = new Set([keyOf(rules, start, matters)]);
  const queue = [start];
  const occurred = new Set<string>();
  let steps = 0;
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i] as Node;
    for (const letter of letters) {
      const { next, fault } = step(rules, node, letter, ++steps, advance, occurred);
      if (fault)
        return { statesSeen: seen.size, stepsTaken: steps, occurred, fault: { what: fault, path: pathOf(next) } };
      const key = keyOf(rules, next, matters);
      if (seen.has(key)) continue;
      if (seen.size >= statesMax) throw new RangeError(`more than ${statesMax} states`);
      seen.add(key);
      queue.push(next);
    }
  }
  return { statesSeen: seen.size, stepsTaken: steps, occurred, fault: null };
}

/** One long random run. */
export function walk(
  rules: AreaRules,
  letters: readonly Letter[],
  stepsMax: number,
  chance: Chance,
  advance: Advance = advanceArea,
): Found {
  function* picked() {
    for (let steps = 1; steps <= stepsMax; steps++) yield chance.pick(letters);
  }
  return play(rules, picked(), advance);
}

/** One life, letter by letter. */
export function play(rules: AreaRules, letters: Iterable<Letter>, advance: Advance = advanceArea): Found {
  let node: Node = {
    state: firstAreaState({ epoch: 1, wireId: 0 }),
    shadow: firstShadow(1),
    atMs: 1_000_000,
    from: null,
    by: "start",
  };
  const occurred = new Set<string>();
  const last: string[] = [];
  let steps = 0;
  for (const letter of letters) {
    const { next, fault } = step(rules, node, letter, ++steps, advance, occurred);
    last.push(letter.name);
    if (last.length > 30) last.shift();
    if (fault) return { statesSeen: 0, stepsTaken: steps, occurred, fault: { what: fault, path: last } };
    node = { ...next, from: null };
  }
  return { statesSeen: 0, stepsTaken: steps, occurred, fault: null };
}

function step(rules: AreaRules, node: Node, letter: Letter, serial: number, advance: Advance, occurred: Set<string>) {
  const atMs = node.atMs + letter.waitMs;
  const input = letter.make(node.state, atMs, serial);
  const advanced = advance(rules, node.state, input);
  const heard = hear(node.shadow, rules, input);
  const fault = faultOf(rules, heard, node.state, input, advanced);
  for (const effect of advanced.effects)
    if (effect.kind === "settle") occurred.add(`${effect.outcome} ${effect.code ?? ""}`.trim());
  const next: Node = {
    state: advanced.state,
    shadow: remember(heard, input, advanced),
    atMs,
    from: node,
    by: letter.name,
  };
  return { next, fault };
}

function pathOf(node: Node): string[] {
  const path: string[] = [];
  for (let at: Node | null = node; at; at = at.from) path.unshift(at.by);
  return path;
}

/** What no letter asks about makes no difference: then two nodes are one. */
interface Matters {
  isLate: boolean;
  isRepeat: boolean;
}

/** Times as before or after the moment that matters, ids as relations: two nodes with one key behave alike. */
function keyOf(rules: AreaRules, { state, shadow, atMs }: Node, matters: Matters): string {
  const { status, motion, setting, stop, needsReset, suspect } = state;
  const ago = (ms: number, stepMs: number, max: number) => Math.min(max, Math.floor((atMs - ms) / stepMs));
  const left = (ms: number) => (ms <= atMs ? 0 : 1);
  const keptOk = rules.cannotKeep.has("S13") && state.kept.confirmedEntrySeq === state.kept.entrySeq;
  let key = `${state.link}${state.inhibited}${state.deadWireId === null}${keptOk}${shadow.stoppedAtMs === null}`;
  key += `${state.isHeldForLocks}${shadow.isHeld}${shadow.isSuspect}`;
  // Late letters were requested half a second ago; if something else already blocks, their age does not matter.
  if (!needsReset && !motion && !setting)
    key += `${ago(shadow.heldAtMs, 500, 1)}${ago(Math.max(...Object.values(state.held)), 500, 1)}`;
  if (shadow.locks.length > 0 || state.locks.length > 0) key += `|${locksKey(shadow.locks, state)}`;
  if (shadow.roomAlarm !== null || state.roomAlarm !== null) key += `|${shadow.roomAlarm}/${state.roomAlarm}`;
  if (shadow.lead !== "held" || state.lead !== "held") key += `|${shadow.lead}/${state.lead}`;
  if (status) key += `|${ago(state.statusAtMs, 1001, 1)}${shownKey(status)}`;
  // Needed where something may begin, be written again or be released; elsewhere the next status proves its age anew.
  const isAskedFor = !setting && motion?.phase !== "sent" && motion?.phase !== "moving";
  if (status && isAskedFor && (!needsReset || status.interlocks.inhibited)) {
    const madeMs = state.madeAfterMs ?? Number.NEGATIVE_INFINITY;
    // For most letters this is the moment they came: only where the two differ does the time left matter.
    const isOther = madeMs !== state.statusAtMs || madeMs !== shadow.madeAfterMs;
    key += isOther ? `${ago(madeMs, 750, 3)}${ago(shadow.madeAfterMs, 750, 3)}` : ago(madeMs, 1501, 1);
  }
  if (suspect && suspect.atMs >= state.statusAtMs) key += `|newest cannot be so${shadow.suspectMoves}`;
  else if (suspect && atMs - suspect.atMs < rules.limits.suspectHoldMs) key += "|held";
  else if (atMs - shadow.suspectAtMs < rules.limits.suspectHoldMs) key += "|held in truth";
  if (motion) {
    const sameEntry = motion.entrySeq === status?.occupancy.entrySeq;
    key += `|${motion.verb}${motion.aisle}${motion.fromAisle}${motion.phase}${motion.tries}${left(motion.latestSendMs)}`;
    key += `${left(motion.deadlineMs)}${motion.sawMoving}${sameEntry}`;
  }
  if (rules.occupancyInputs.length > 0) key += seenKey(rules, state, shadow, atMs);
  if (setting) {
    key += `|${setting.verb}${setting.isForLocks}${left(setting.deadlineMs)}`;
    if (setting.verb === "inhibit" && !setting.isForLocks) key += againKey(setting, shadow.gapAtMs, atMs);
    if (matters.isRepeat) key += `${setting.tries > 1}`;
  }
  if (setting?.verb === "release") key += `${shadow.inhibitAtMs >= shadow.releaseAtMs}`;
  // Whether what is proven of the last picture, which later numbers take over, is of after the STOP.
  if (matters.isLate && needsReset && status) {
    const madeMs = state.madeAfterMs ?? Number.NEGATIVE_INFINITY;
    key += `|${madeMs > needsReset.sinceMs}${shadow.madeAfterMs > shadow.stopGivenAtMs}`;
    if (stop) key += `${madeMs > stop.firstAtMs}`;
    if (stop?.answeredAtMs != null) key += `${shadow.madeAfterMs > shadow.stopAnsweredAtMs}`;
  }
  if (stop) {
    key += `|${stop.isTold ? "told" : stop.commandIds.length > 0}${ago(stop.lastAtMs, 500, 1)}`;
    if (rules.cannotKeep.has("S4")) key += `${stop.answeredAtMs === null}`;
  }
  if (needsReset) key += `|${needsReset.latchedBootId === (status?.bootId ?? 0)}`;
  return key;
}

/** Of an inhibit: whether it may go out again, and is due. */
function againKey({ sentAtMs, lostAtMs }: Setting, gapAtMs: number, atMs: number): string {
  const isAlive = atMs - sentAtMs < 2000 && gapAtMs < sentAtMs;
  const lost = lostAtMs === null ? "" : isAlive && atMs - lostAtMs >= 250 ? "due" : "lost";
  return `${isAlive}${lost}`;
}

/** Of wired inputs: what each said and how old that is, and what machine and judge make of passing and of the button. */
function seenKey(
  { occupancyInputs }: AreaRules,
  { seen, motion }: AreaState,
  { people }: Shadow,
  atMs: number,
): string {
  const old = (ms: number) => Math.min(3, Math.floor((atMs - ms) / 750));
  const eyes = occupancyInputs.map(
    ({ id }) => `${seen.states[id]}${seen.readAtMs[id] === undefined ? "" : old(seen.readAtMs[id])}`,
  );
  const judged = `${people.passedAtMs > people.doubtAtMs}${people.confirmedAtMs > Math.max(people.doubtAtMs, people.activeAtMs)}`;
  const isJustSeen = seen.somebodyAtMs !== null && atMs - seen.somebodyAtMs < 400;
  const isSame = motion === null || motion.entrySeq === seen.entrySeq;
  return `|${eyes}${seen.isProven}${seen.confirmedEntrySeq === seen.entrySeq}${judged}${isJustSeen}${isSame}`;
}

/** The owners of the locks do not matter, only whether oracle and machine agree on them. */
function locksKey(known: readonly string[], { locks }: AreaState): string {
  const both = known.filter((personId) => locks.some((lock) => lock.personId === personId));
  return `${known.length}/${locks.length}/${both.length}`;
}

const shownKeys = new WeakMap<ShelfStatus, string>();

/** Of the last status only what a later step still reads: its command results were used when it came. */
function shownKey(status: ShelfStatus): string {
  const known = shownKeys.get(status);
  if (known !== undefined) return known;
  const { interlocks, occupancy } = status;
  const { tripped, panelLoggedOut, notHomed, sensorFault, inhibited } = interlocks;
  const kind = tripped
    ? "t"
    : panelLoggedOut
      ? "p"
      : notHomed || sensorFault
        ? "b"
        : inhibited
          ? "i"
          : Object.values(interlocks).some(Boolean);
  const columns = status.columns.map((column) => `${column.fault}${column.motion}`);
  const { people: inside, entrySeq, confirmedEntrySeq } = occupancy;
  const people = `${inside},${entrySeq === null},${confirmedEntrySeq === null},${entrySeq === confirmedEntrySeq}`;
  const key = `${status.activity}${status.openAisle},${kind}${columns}${people}${status.alarms ?? ""}`;
  shownKeys.set(status, key);
  return key;
}
