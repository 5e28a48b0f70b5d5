/** The inputs that the explorer tries in every state: letters that are filled with the state's own ids and times. */
import type { Interlocks, ShelfStatus } from "../../contract/shelf.ts";
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

/** An area at rest, homed, empty and confirmed, aisle 1 open. */
export function goodStatus(change: Partial<ShelfStatus> = {}): ShelfStatus {
  return {
    bootId: 7,
    activity: "idle",
    openAisle: 1,
    columns: [],
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

/** One thing wrong at a time. */
export const flaws: Record<string, Partial<ShelfStatus>> = {
  ...Object.fromEntries(interlockNames.map((name) => [name, { interlocks: { ...clear, [name]: true } }])),
  columnFault: { columns: [{ column: 2, positionMm: null, motion: "still", fault: true }] },
  columnRolls: { columns: [{ column: 2, positionMm: null, motion: "left", fault: false }] },
  fire: { alarms: ["fire"] },
  somebodyInside: { occupancy: { people: 1, entrySeq: 5, confirmedEntrySeq: 4 } },
  countUnknown: { occupancy: { people: null, entrySeq: null, confirmedEntrySeq: null } },
  leftUnconfirmed: { occupancy: { people: 0, entrySeq: 5, confirmedEntrySeq: 4 } },
  confirmedOverSomebody: { occupancy: { people: 1, entrySeq: 5, confirmedEntrySeq: 5 } },
  countLost: { occupancy: { people: null, entrySeq: 4, confirmedEntrySeq: 4 } },
  neverConfirmed: { occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: null } },
  rebooted: { bootId: 8, occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: null } },
};

/** Which command the status speaks of: filled with the state's own numbers. */
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

export function statusLetter(name: string, change: Partial<ShelfStatus>, speaks: Speaks, waitMs = 1): Letter {
  const make = (state: AreaState, atMs: number): AreaInput => ({
    kind: "status",
    atMs,
    status: goodStatus({ ...change, lastCommand: speak(state, speaks) }),
  });
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
  for (const [name, flaw] of Object.entries(flaws)) {
    letters.push(statusLetter(name, flaw, plain));
    if (isLarge || name === "emergencyStop" || name === "somebodyInside")
      letters.push(statusLetter(`${name} moving`, { activity: "opening", ...flaw }, plain));
  }
  for (const waitMs of isLarge ? [50, 400, 1100, 2500, 200_000] : [600, 2500])
    letters.push({ name: `tick+${waitMs}`, waitMs, make: (_, atMs) => ({ kind: "tick", atMs }) });
  // A controller that goes on talking while time passes: without it no long wait is ever reached.
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
  // Two owners: one who unlocks must not unlock for the other.
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
  const wire = (state: AreaState) => state.motion?.wireId ?? state.setting?.wireId ?? state.wireId;
  letters.push({ name: "written", waitMs: 1, make: (state, atMs) => ({ kind: "written", atMs, wireId: wire(state) }) });
  letters.push({
    name: "write-failed",
    waitMs: 1,
    make: (state, atMs) => ({ kind: "write-failed", atMs, wireId: wire(state) }),
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
    grantsAgo = 0,
  ): Letter => ({
    name,
    waitMs: 1,
    make(state, atMs, n) {
      const actor = request.isForLocks ? "gateway" : "person:1";
      return {
        kind: "request",
        atMs,
        askedAtMs: atMs,
        commandId: `c${n}`,
        epoch: state.epoch - grantsAgo,
        actor,
        ...request,
      };
    },
  });
  for (const [verb, aisle] of asks) letters.push(asking(`${verb} ${aisle}`, { verb, aisle }));
  for (const verb of ["inhibit", "release"] as const)
    letters.push(asking(`${verb} for locks`, { verb, aisle: 0, isForLocks: true }));
  letters.push(asking("open 2 of an old grant", { verb: "open", aisle: 2 }, 1));
  return letters;
}
