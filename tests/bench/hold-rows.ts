/** What a row of the hold measure says, and which goals it has to meet. */
import type { RoomTally } from "./hold-room.ts";
import { type Measure, measured, median, quantile } from "./measure.ts";

export interface HoldTally extends RoomTally {
  /** Of an empty loop at motion's rank. */
  emptyHoldMs: number;
  /** Of an empty loop at the gateway's rank. */
  plainHoldMs: number;
  /** Programs that ran or waited to run, for each core, over the last minute; ours are two at most. */
  loadPerCore: number;
}

export interface HoldRow extends HoldTally {
  name: string;
  seconds: number;
  /** How the load ended. */
  note: string;
  /** The same once more, of a row that went wrong on a starved machine. */
  repeat?: HoldRow;
}

/** What came after the row's load and before the next one: changes the row, and returns it. */
export function addTo(row: HoldRow, after: HoldTally): HoldRow {
  const { beats, openings } = row;
  beats.holdMs = Math.max(beats.holdMs, after.beats.holdMs);
  openings.done += after.openings.done;
  openings.tooOld += after.openings.tooOld;
  for (const name of ["broken", "refused"] as const)
    for (const [why, times] of Object.entries(after.openings[name]))
      openings[name][why] = (openings[name][why] ?? 0) + times;
  row.stopsMs.push(...after.stopsMs);
  row.apiStopsMs.push(...after.apiStopsMs);
  for (const name of ["emptyHoldMs", "plainHoldMs", "ownHoldMs", "answerMs", "loadPerCore"] as const)
    row[name] = Math.max(row[name], after[name]);
  return row;
}

const overMs = ({ beats, emptyHoldMs, ownHoldMs }: HoldRow) => beats.holdMs - Math.max(emptyHoldMs, ownHoldMs);

/** Held for longer than may be, above what the machine held. */
export function isOver(row: HoldRow): boolean {
  return overMs(row) > holdMsMax;
}

/** One row of two measurements of it: the lesser hold, all that became of motions and wishes in either, and that there were two. */
export function lesserHold(row: HoldRow, again: HoldRow): HoldRow {
  const isLess = overMs(again) < overMs(row) && !again.note.startsWith("FAILED");
  const [kept, other] = isLess ? [again, row] : [row, again];
  const { done, tooOld, broken, refused } = other.openings;
  kept.openings.done += done;
  kept.openings.tooOld += tooOld;
  for (const [mine, theirs] of [
    [kept.openings.broken, broken],
    [kept.openings.refused, refused],
  ] as const)
    for (const [why, times] of Object.entries(theirs)) mine[why] = (mine[why] ?? 0) + times;
  kept.stopsMs.push(...other.stopsMs);
  kept.apiStopsMs.push(...other.apiStopsMs);
  kept.note += `; measured again, ${overMs(other).toFixed(0)} ms above the machine's hold in the other`;
  return kept;
}

/** A controller gives up half a second after a beat. Where even an empty loop of motion's rank stood nearly so long, the machine broke it. */
const starvedMs = 350;
/** A wish lives two seconds, and several processes hand it on: where each may stand so long, the machine let it age. */
const starvedPlainMs = 500;
/** So many rows of a quick run may be laid at the machine's door, and each of them must go well the second time. */
const excusedRowsMax = 1;
/** A machine that starves more than these is none to measure on: nothing is measured again, and all of it counts. */
const repeatedRowsMax = 3;
const holdMsMax = 50;
const stopP99MsMax = 20;
const stopMsMax = 100;

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, one) => sum + one, 0);
const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([why, times]) => `${times} × ${why}`)
    .join(", ");

export interface MachineHold {
  /** What held motion's rank, or the watch itself, which is no gap of anybody's. */
  firstMs: number;
  plainMs: number;
}

/**
 * What the machine held around each row: a motion lasts longer than many rows, and a machine that is held for half a second in
 * one of them is no other in the next.
 */
export function machineHolds(rows: readonly HoldRow[]): MachineHold[] {
  return rows.map((_, i) => {
    const near = rows.slice(Math.max(0, i - 1), i + 2);
    return {
      firstMs: Math.max(...near.map(({ emptyHoldMs, ownHoldMs }) => Math.max(emptyHoldMs, ownHoldMs))),
      plainMs: Math.max(...near.map(({ plainHoldMs }) => plainHoldMs)),
    };
  });
}

const isStarved = ({ firstMs }: MachineHold): boolean => firstMs >= starvedMs;
const excessMs = ({ beats }: HoldRow, { firstMs }: MachineHold): number => Math.max(0, beats.holdMs - firstMs);

/** What may not be, and what of it the machine can have done: only what held the empty loops beside counts as that. */
function wrong(row: HoldRow, hold: MachineHold): { is: boolean; byMachine: boolean } {
  const { openings, beats } = row;
  const isBroken = total(openings.broken) > 0 || excessMs(row, hold) > holdMsMax || beats.watchedMs === 0;
  const isAged = openings.tooOld > 0;
  const mayHaveAged = isStarved(hold) || hold.plainMs >= starvedPlainMs;
  const byMachine = (!isBroken || isStarved(hold)) && (!isAged || mayHaveAged);
  return { is: isBroken || isAged, byMachine };
}

/** Of a quick run: those to be measured once more, since the machine can have done it. */
export function toRepeat(rows: readonly HoldRow[]): HoldRow[] {
  const holds = machineHolds(rows);
  const starved = rows.filter((row, i) => {
    const { is, byMachine } = wrong(row, holds[i] as MachineHold);
    return is && byMachine;
  });
  return starved.length > repeatedRowsMax ? [] : starved;
}

/** Of those that went well the second time: what was wrong the first time is the machine's. */
function isExcused({ repeat }: HoldRow): boolean {
  if (!repeat || repeat.note.startsWith("FAILED")) return false;
  const [alone] = machineHolds([repeat]);
  return alone !== undefined && !wrong(repeat, alone).is;
}

const timesOf = (what: string, ms: readonly number[]): string =>
  ms.length === 0
    ? `no ${what}`
    : `${ms.length} ${what}s p50 ${median(ms).toFixed(1)} p99 ${quantile(ms, 0.99).toFixed(1)} max ${Math.max(...ms).toFixed(1)} ms`;

function notesOf(row: HoldRow): string {
  const {
    beats,
    openings,
    stopsMs,
    apiStopsMs,
    emptyHoldMs,
    plainHoldMs,
    ownHoldMs,
    answerMs,
    loadPerCore,
    seconds,
    note,
  } = row;
  return [
    `hold ${beats.holdMs.toFixed(0)} ms, empty loop ${emptyHoldMs.toFixed(0)} ms (${plainHoldMs.toFixed(0)} at the gateway's rank), room ${ownHoldMs.toFixed(0)} ms, answers within ${answerMs.toFixed(0)} ms`,
    `${openings.done} motions done, ${total(openings.broken)} broken${total(openings.broken) > 0 ? ` (${listed(openings.broken)})` : ""}`,
    `${openings.tooOld} too old${total(openings.refused) > 0 ? `, refused ${listed(openings.refused)}` : ""}`,
    timesOf("STOP", stopsMs),
    timesOf("API-only STOP", apiStopsMs),
    `${seconds.toFixed(1)} s, ${(beats.watchedMs / 1000).toFixed(1)} s of motion watched, ${beats.beats} beats, ${loadPerCore.toFixed(1)} programs at each core`,
    note,
  ]
    .filter(Boolean)
    .join("; ");
}

export function rowInOneLine(row: HoldRow): string {
  return `${row.name}: ${notesOf(row)}`;
}

/**
 * On a quiet machine the figures as they are. Quick, on whatever machine CI has: a hold counts only above what held the empty
 * loop as well, one row that the machine starved may be excused if it went well the second time, STOP has no goal, and an unmet
 * goal fails the run.
 */
export function measuresOf(title: string, rows: readonly HoldRow[], isQuick: boolean): Measure[] {
  const goal = (atMost: number) => ({ of: "value" as const, atMost });
  const must = isQuick ? { failsRun: true } : {};
  const stopsMs = rows.flatMap((row) => row.stopsMs);
  const apiStopsMs = rows.flatMap((row) => row.apiStopsMs);
  const holds = machineHolds(rows);
  const excused = rows.filter(isExcused);
  // A second time that went wrong as well counts as well.
  const counting = rows.flatMap((row) => (excused.includes(row) ? [] : row.repeat ? [row, row.repeat] : [row]));
  const figure = (name: string, value: number, unit: string, more: object) =>
    measured({ name: `${title}: ${name}`, value, unit, ...more });
  const names = (of: readonly HoldRow[]) => of.map((row) => row.name).join(", ");
  const named = (name: string, of: readonly HoldRow[], atMost = 0) =>
    figure(name, of.length, "", { goal: goal(atMost), note: names(of), ...must });
  const counted = (name: string, of: (row: HoldRow) => number) => {
    const value = counting.reduce((sum, row) => sum + of(row), 0);
    return figure(name, value, "", { goal: goal(0), note: names(counting.filter((row) => of(row) > 0)), ...must });
  };
  return [
    ...rows.map((row, i) => {
      const value = isQuick ? excessMs(row, holds[i] as MachineHold) : row.beats.holdMs;
      if (excused.includes(row)) return figure(row.name, value, "ms", { note: `excused; ${notesOf(row)}` });
      return figure(row.name, value, "ms", { goal: goal(holdMsMax), note: notesOf(row), ...must });
    }),
    named("rows that a starved machine broke, and that went well the second time", excused, excusedRowsMax),
    figure(
      "motions done",
      rows.reduce((sum, { openings }) => sum + openings.done, 0),
      "",
      {},
    ),
    counted("motions broken", ({ openings }) => total(openings.broken)),
    counted("wishes refused for their age", ({ openings }) => openings.tooOld),
    named(
      "rows whose load failed",
      rows.filter(({ note }) => note.startsWith("FAILED")),
    ),
    named(
      "rows without motion to watch",
      counting.filter(({ beats }) => beats.watchedMs === 0),
    ),
    figure("STOP to wire, p99", quantile(stopsMs, 0.99), "ms", {
      ...(isQuick ? {} : { goal: goal(stopP99MsMax) }),
      note: `${stopsMs.length} STOPs, p50 ${median(stopsMs).toFixed(1)} ms`,
    }),
    figure("STOP to wire, longest", Math.max(0, ...stopsMs), "ms", isQuick ? {} : { goal: goal(stopMsMax) }),
    figure("STOP to wire by the API alone, longest", Math.max(0, ...apiStopsMs), "ms", {
      note: timesOf("STOP", apiStopsMs),
    }),
  ];
}
