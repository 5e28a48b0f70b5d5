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
/** So many at each core, and who is held when is chance: two loops side by side are no measure of each other. Three times what ours are. */
const starvedLoad = 6;
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
  loadPerCore: number;
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
      loadPerCore: Math.max(...near.map(({ loadPerCore }) => loadPerCore)),
    };
  });
}

const isStarved = (hold?: MachineHold): boolean =>
  hold !== undefined && (hold.firstMs >= starvedMs || hold.loadPerCore >= starvedLoad);
const letsWishesAge = (hold?: MachineHold): boolean => isStarved(hold) || (hold?.plainMs ?? 0) >= starvedPlainMs;

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
 * loop as well, what broke while the machine held that loop for as long is told apart, STOP has no goal, and an unmet goal fails
 * the run.
 */
export function measuresOf(title: string, rows: readonly HoldRow[], isQuick: boolean): Measure[] {
  const goal = (atMost: number) => ({ of: "value" as const, atMost });
  const must = isQuick ? { failsRun: true } : {};
  const stopsMs = rows.flatMap((row) => row.stopsMs);
  const apiStopsMs = rows.flatMap((row) => row.apiStopsMs);
  const holds = machineHolds(rows);
  const figure = (name: string, value: number, unit: string, more: object) =>
    measured({ name: `${title}: ${name}`, value, unit, ...more });
  const named = (name: string, of: readonly HoldRow[]) =>
    figure(name, of.length, "", { goal: goal(0), note: of.map((row) => row.name).join(", "), ...must });
  /** Counted where the machine let it happen by itself, and where not. */
  const counted = (name: string, of: (row: HoldRow) => number, isExcused: (hold?: MachineHold) => boolean) => {
    const mine = rows.filter((row, i) => of(row) > 0 && !(isQuick && isExcused(holds[i])));
    const starved = rows.filter((row) => of(row) > 0 && !mine.includes(row));
    const sum = (some: readonly HoldRow[]) => some.reduce((all, row) => all + of(row), 0);
    const where = (some: readonly HoldRow[]) => some.map((row) => row.name).join(", ");
    const ours = figure(name, sum(mine), "", { goal: goal(0), note: where(mine), ...must });
    if (starved.length === 0) return [ours];
    return [ours, figure(`${name} by a machine that starves its programs`, sum(starved), "", { note: where(starved) })];
  };
  return [
    ...rows.map((row, i) => {
      const excessMs = Math.max(0, row.beats.holdMs - (holds[i]?.firstMs ?? 0));
      const value = isQuick ? excessMs : row.beats.holdMs;
      // Between two loops that are both held for so long, 50 ms say nothing.
      if (isQuick && isStarved(holds[i]))
        return figure(row.name, value, "ms", { note: `a starved machine; ${notesOf(row)}` });
      return figure(row.name, value, "ms", { goal: goal(holdMsMax), note: notesOf(row), ...must });
    }),
    figure("rows on a machine that starves its programs", holds.filter(isStarved).length, "", {}),
    figure(
      "motions done",
      rows.reduce((sum, { openings }) => sum + openings.done, 0),
      "",
      {},
    ),
    ...counted("motions broken", ({ openings }) => total(openings.broken), isStarved),
    ...counted("wishes refused for their age", ({ openings }) => openings.tooOld, letsWishesAge),
    named(
      "rows whose load failed",
      rows.filter(({ note }) => note.startsWith("FAILED")),
    ),
    // After what the machine broke, somebody turns the reset key first.
    named(
      "rows without motion to watch",
      rows.filter(({ beats }, i) => beats.watchedMs === 0 && !(isQuick && isStarved(holds[i]))),
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
