/** The inputs that the explorer tries in every state: letters, filled with the state's own ids and times. */
import type { ColumnState, Interlocks, ShelfStatus } from "../../contract/shelf.ts";
import { columnPositionsMm } from "../../site/carriages.ts";
import type { AreaSpec } from "../../site/schema.ts";
import type { AreaInput, AreaRequest, AreaState } from "../area-state.ts";

/** Two aisles: fixed, mobile, fixed. */
export const smallSpec: AreaSpec = {
  id: "1",
  name: { zh: "小区", en: "Small" },
  purpose: "active",
  controller: "shelf-1",
  fixedSide: "left",
  mirrored: false,
  aisleWidthMm: 900,
  fingerGapMm: 30,
  columnDepthMm: 640,
  columns: [
    { no: 1, kind: "fixed", sides: ["B"] },
    { no: 2, kind: "mobile", sides: ["A", "B"], tripEdges: ["left", "right"] },
    { no: 3, kind: "fixed", sides: ["A"] },
  ],
  bays: { count: 1, widthMm: 900 },
  layers: { count: 1, clearHeightMm: 340, usableWidthMm: 870 },
  slots: [{ count: 10, widthMm: 35 }],
  antennas: [],
};

const clear: Interlocks = {
  emergencyStop: false,
  tripped: false,
  overCurrent: false,
  panelLoggedOut: false,
  isProtected: false,
  inhibited: false,
  sensorFault: false,
  notHomed: false,
  heartbeatLost: false,
};

/** Positions of the carriages with this aisle open; unknown: half-way. */
export function columnsAt(openAisle: number | null, change: Partial<ColumnState> = {}): ColumnState[] {
  const known = openAisle === null || openAisle < 0 || openAisle > 2 ? 0 : openAisle;
  return [...columnPositionsMm(smallSpec, known)].map(([column, positionMm]) => ({
    column,
    // Half-way differs from evenly shared width.
    positionMm: openAisle === null && column === 2 ? positionMm - 200 : positionMm,
    motion: "still",
    fault: false,
    ...(column === 2 ? change : {}),
  }));
}

/** The same area with a key switch wired to an input. */
export const resetInputId = "di-1.3";
export const keyedSpec: AreaSpec = { ...smallSpec, resetInputs: [{ device: "di-1", channel: 3 }] };

/** An area at rest, homed, empty and confirmed, aisle 1 open. */
export function goodStatus(change: Partial<ShelfStatus> = {}): ShelfStatus {
  return {
    bootId: 7,
    seq: null,
    activity: "idle",
    openAisle: 1,
    columns: columnsAt(change.openAisle === undefined ? 1 : change.openAisle),
    interlocks: clear,
    occupancy: { people: 0, entrySeq: 4, confirmedEntrySeq: 4 },
    lastCommand: null,
    light: null,
    temperatureC: null,
    humidityPct: null,
    ...change,
  };
}

export const interlockNames = Object.keys(clear) as (keyof Interlocks)[];

/** Each has one fault. */
export const flaws: Record<string, Partial<ShelfStatus>> = {
  ...Object.fromEntries(interlockNames.map((name) => [name, { interlocks: { ...clear, [name]: true } }])),
  columnFault: { columns: columnsAt(1, { fault: true }) },
  columnRolls: { columns: columnsAt(1, { motion: "left" }) },
  fire: { alarms: ["fire"] },
  somebodyInside: { occupancy: { people: 1, entrySeq: 5, confirmedEntrySeq: 4 } },
  countUnknown: { occupancy: { people: null, entrySeq: null, confirmedEntrySeq: null } },
  leftUnconfirmed: { occupancy: { people: 0, entrySeq: 5, confirmedEntrySeq: 4 } },
  confirmedOverSomebody: { occupancy: { people: 1, entrySeq: 5, confirmedEntrySeq: 5 } },
  countLost: { occupancy: { people: null, entrySeq: 4, confirmedEntrySeq: 4 } },
  neverConfirmed: { occupancy: { people: 0, entrySeq: 4, confirmedEntrySeq: null } },
  rebooted: { bootId: 8, occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: null } },
};

/** Idle and confirmed after a reboot: this shows no reset. */
const rebootedClear: Change = { isReboot: true, occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: 0 } };

/** Which command the status reports on: filled with the state's own numbers. */
export type Speaks = "nothing" | "none" | "ours-accepted" | "ours-done" | "ours-refused" | "dead-accepted";

export interface Letter {
  name: string;
  /** Time that passes before it, ms. */
  waitMs: number;
  make(state: AreaState, atMs: number, serial: number): AreaInput;
}

function speak(state: AreaState, speaks: Speaks): ShelfStatus["lastCommand"] {
  const ours = state.motion?.wireId ?? state.setting?.wireId ?? state.wireId;
  switch (speaks) {
    case "nothing":
      return null;
    case "none":
      return { wireId: 0, result: "none", reason: null };
    case "ours-accepted":
      return { wireId: ours, result: "accepted", reason: null };
    case "ours-done":
      return { wireId: ours, result: "done", reason: null };
    case "ours-refused":
      return { wireId: ours, result: "refused", reason: "interlock" };
    case "dead-accepted":
      return { wireId: state.deadWireId ?? ours, result: "accepted", reason: null };
  }
}

/** Boots, messages and entries count on from what the area has received. */
function numbered(state: AreaState, change: Change, serial: number | null): ShelfStatus {
  const { isReboot, ...rest } = change;
  const bootId = state.order.bootId ?? 7;
  if (isReboot) return goodStatus({ ...rest, bootId: bootId + 1, seq: serial });
  const entries = state.status?.occupancy.entrySeq ?? 4;
  const on = (seq: number | null) => (seq === null ? null : seq + entries - 4);
  const { people, entrySeq, confirmedEntrySeq } = change.occupancy ?? goodStatus().occupancy;
  const occupancy = { people, entrySeq: on(entrySeq), confirmedEntrySeq: on(confirmedEntrySeq) };
  return goodStatus({ ...rest, bootId, seq: serial, occupancy });
}

export type Change = Partial<ShelfStatus> & { isReboot?: boolean };

/** Proven to be made at its arrival, unless the letter is about that. */
export function statusLetter(
  name: string,
  change: Change,
  speaks: Speaks,
  waitMs = 1,
  pictureAgeMs: number | null = 0,
): Letter {
  const make = (state: AreaState, atMs: number, serial: number): AreaInput => {
    const seq = speaks === "nothing" ? null : serial;
    return {
      kind: "status",
      atMs,
      madeAfterMs: pictureAgeMs === null ? null : atMs - pictureAgeMs,
      status: { ...numbered(state, change, seq), lastCommand: speak(state, speaks) },
    };
  };
  return { name: `${name}/${speaks}`, waitMs, make };
}

/** Few letters for the exhaustive search, all of them for the random walk. */
export function alphabet(size: "small" | "large", speaking: readonly Speaks[]): Letter[] {
  const [plain] = speaking as [Speaks];
  const isLarge = size === "large";
  const letters: Letter[] = [];
  for (const speaks of speaking) {
    for (const openAisle of isLarge ? [0, 1, 2, null] : [0, 1, 2])
      letters.push(statusLetter(`idle@${openAisle}`, { openAisle }, speaks));
    if (!isLarge && speaks.startsWith("ours-") && speaks !== "ours-accepted") continue;
    for (const openAisle of isLarge ? [0, 1, 2, null] : [0])
      letters.push(statusLetter(`opening@${openAisle}`, { activity: "opening", openAisle }, speaks));
  }
  for (const activity of ["stopped", "fault"] as const)
    for (const openAisle of isLarge ? [0, 1, 2, null] : [0])
      letters.push(statusLetter(`${activity}@${openAisle}`, { activity, openAisle }, plain));
  letters.push(statusLetter("idle@unknown", { openAisle: null }, plain));
  letters.push(statusLetter("rebooted and clear", rebootedClear, plain));
  for (const [name, flaw] of Object.entries(flaws)) {
    if (flaw.bootId !== undefined) continue;
    letters.push(statusLetter(name, flaw, plain));
    if (isLarge || name === "emergencyStop" || name === "somebodyInside")
      letters.push(statusLetter(`${name} moving`, { activity: "opening", ...flaw }, plain));
  }
  for (const waitMs of isLarge ? [50, 400, 1100, 2500, 200_000] : [600, 2500])
    letters.push({ name: `tick+${waitMs}`, waitMs, make: (_, atMs) => ({ kind: "tick", atMs }) });
  // A controller that goes on sending while time passes: without it no long wait is ever reached.
  for (const waitMs of isLarge ? [300, 900, 4000, 40_000] : [900, 2600, 40_000]) {
    letters.push(statusLetter(`idle@1+${waitMs}`, { openAisle: 1 }, plain, waitMs));
    letters.push(
      statusLetter(
        `opening+${waitMs}`,
        { activity: "opening" },
        speaking.includes("ours-accepted") ? "ours-accepted" : "nothing",
        waitMs,
      ),
    );
  }
  for (const up of [true, false])
    letters.push({ name: `link ${up}`, waitMs: 1, make: (_, atMs) => ({ kind: "link", atMs, up }) });
  letters.push({
    name: "stop",
    waitMs: 1,
    make: (_, atMs, n) => ({ kind: "stop", atMs, commandId: `s${n}`, actor: "person:1" }),
  });
  letters.push(
    { name: "stop answered", waitMs: 1, make: (_, atMs) => ({ kind: "stop-answered", atMs }) },
    { name: "the clock is set", waitMs: 1, make: (_, atMs) => ({ kind: "clock-gap", atMs, gapMs: 3_600_000 }) },
  );
  for (const inputId of [resetInputId, "di-9"]) {
    if (!isLarge && (inputId === "di-9" || plain !== "nothing")) continue;
    letters.push({ name: `reset ${inputId}`, waitMs: 1, make: (_, atMs) => ({ kind: "reset-input", atMs, inputId }) });
  }
  // Two owners: when one unlocks, the other's lock must stay.
  for (const personId of ["wang", "li"]) {
    const name = personId;
    const lockOf = (atMs: number, n: number) => ({ id: `l${n}`, personId, name, reason: "检修", sinceMs: atMs });
    letters.push({
      name: `lock ${name}`,
      waitMs: 1,
      make: (_, atMs, n) => ({ kind: "lock", atMs, lock: lockOf(atMs, n) }),
    });
    letters.push({ name: `unlock ${name}`, waitMs: 1, make: (_, atMs) => ({ kind: "unlock", atMs, personId }) });
  }
  for (const what of ["smoke", null])
    letters.push({ name: `room ${what}`, waitMs: 1, make: (_, atMs) => ({ kind: "room-alarm", atMs, what }) });
  for (const standing of ["held", "unsure", "ending", ...(isLarge ? (["lost"] as const) : [])] as const)
    letters.push({ name: `lead ${standing}`, waitMs: 1, make: (_, atMs) => ({ kind: "lead", atMs, standing }) });
  const wire = (state: AreaState) => state.motion?.wireId ?? state.setting?.wireId ?? state.wireId;
  letters.push({ name: "written", waitMs: 1, make: (state, atMs) => ({ kind: "written", atMs, wireId: wire(state) }) });
  letters.push({
    name: "write-failed",
    waitMs: 1,
    make: (state, atMs) => ({ kind: "write-failed", atMs, wireId: wire(state) }),
  });
  for (const reason of isLarge ? (["wrong-epoch", "occupied", "duplicate", "busy"] as const) : (["occupied"] as const))
    letters.push({
      name: `answered ${reason}`,
      waitMs: 1,
      make: (state, atMs) => ({ kind: "write-failed", atMs, wireId: wire(state), reason }),
    });
  letters.push({
    name: "restart",
    waitMs: 1,
    make: (state, atMs) => ({ kind: "restart", atMs, epoch: state.epoch + 1 }),
  });
  const asks = [
    ["open", 1],
    ["open", 2],
    ["open", 3],
    ["close", 0],
    ...(isLarge ? [["ventilate", 0] as const] : []),
    ["inhibit", 0],
    ["release", 0],
    ["pause", 0],
  ] as const;
  const asking = (
    name: string,
    request: Pick<AreaRequest, "verb" | "aisle" | "isForLocks">,
    { grantsAgo = 0, agoMs = 0 } = {},
  ): Letter => ({
    name,
    waitMs: 1,
    make(state, atMs, n) {
      const actor = request.isForLocks ? "gateway" : "person:1";
      const askedAtMs = atMs - agoMs;
      const epoch = state.epoch - grantsAgo;
      return { kind: "request", atMs, askedAtMs, commandId: `c${n}`, epoch, actor, ...request };
    },
  });
  for (const [verb, aisle] of asks) letters.push(asking(`${verb} ${aisle}`, { verb, aisle }));
  for (const verb of ["inhibit", "release"] as const)
    letters.push(asking(`${verb} for locks`, { verb, aisle: 0, isForLocks: true }));
  letters.push(asking("open 2 of an old grant", { verb: "open", aisle: 2 }, { grantsAgo: 1 }));
  // A request that waited somewhere: the press is long ago, whatever came in between.
  for (const agoMs of [500, 3_000])
    letters.push(asking(`open 2 asked ${agoMs} ms ago`, { verb: "open", aisle: 2 }, { agoMs }));
  letters.push(asking("release asked 3000 ms ago", { verb: "release", aisle: 0 }, { agoMs: 3_000 }));
  return letters;
}
