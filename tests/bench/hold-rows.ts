/** What a row of the hold measure says, and which goals it has to meet. */
import type { RoomTally } from "./hold-room.ts";
import { type Measure, measured, median, quantile } from "./measure.ts";

export interface HoldTally extends RoomTally {
  emptyHoldMs: number;
  /** Hold above what the machine held. */
  excessMs: number;
}

/** What held the empty loop held motion too; what held the watch itself is no gap of anybody's. */
export function excessOf({ beats, ownHoldMs }: RoomTally, emptyHoldMs: number): number {
  return Math.max(0, beats.holdMs - Math.max(emptyHoldMs, ownHoldMs));
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
  row.excessMs = Math.max(row.excessMs, after.excessMs);
  openings.done += after.openings.done;
  openings.tooOld += after.openings.tooOld;
  for (const name of ["broken", "refused"] as const)
    for (const [why, times] of Object.entries(after.openings[name]))
      openings[name][why] = (openings[name][why] ?? 0) + times;
  row.stopsMs.push(...after.stopsMs);
  for (const name of ["emptyHoldMs", "ownHoldMs", "answerMs"] as const) row[name] = Math.max(row[name], after[name]);
  return row;
}

const holdMsMax = 50;
const stopP99MsMax = 20;
const stopMsMax = 100;

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, one) => sum + one, 0);
const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([why, times]) => `${times} × ${why}`)
    .join(", ");

function notesOf(row: HoldRow): string {
  const { beats, openings, stopsMs, emptyHoldMs, ownHoldMs, answerMs, seconds, note } = row;
  return [
    `hold ${beats.holdMs.toFixed(0)} ms, empty loop ${emptyHoldMs.toFixed(0)} ms, room ${ownHoldMs.toFixed(0)} ms, answers within ${answerMs.toFixed(0)} ms`,
    `${openings.done} motions done, ${total(openings.broken)} broken${total(openings.broken) > 0 ? ` (${listed(openings.broken)})` : ""}`,
    `${openings.tooOld} too old${total(openings.refused) > 0 ? `, refused ${listed(openings.refused)}` : ""}`,
    stopsMs.length === 0
      ? "no STOP"
      : `${stopsMs.length} STOPs p50 ${median(stopsMs).toFixed(1)} p99 ${quantile(stopsMs, 0.99).toFixed(1)} max ${Math.max(...stopsMs).toFixed(1)} ms`,
    `${seconds.toFixed(1)} s, ${(beats.watchedMs / 1000).toFixed(1)} s of motion watched, ${beats.beats} beats`,
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
 * loop as well, STOP has no goal, and an unmet goal fails the run.
 */
export function measuresOf(title: string, rows: readonly HoldRow[], isQuick: boolean): Measure[] {
  const goal = (atMost: number) => ({ of: "value" as const, atMost });
  const must = isQuick ? { failsRun: true } : {};
  const stopsMs = rows.flatMap((row) => row.stopsMs);
  const failed = rows.filter(({ note }) => note.startsWith("FAILED"));
  const unwatched = rows.filter(({ beats }) => beats.watchedMs === 0).map(({ name }) => name);
  const count = (of: (row: HoldRow) => number) => rows.reduce((sum, row) => sum + of(row), 0);
  const figure = (name: string, value: number, unit: string, more: object) =>
    measured({ name: `${title}: ${name}`, value, unit, ...more });
  return [
    ...rows.map((row) => {
      const value = isQuick ? row.excessMs : row.beats.holdMs;
      return figure(row.name, value, "ms", { goal: goal(holdMsMax), note: notesOf(row), ...must });
    }),
    figure(
      "motions broken",
      count(({ openings }) => total(openings.broken)),
      "",
      {
        goal: goal(0),
        note: `${count(({ openings }) => openings.done)} done`,
        ...must,
      },
    ),
    figure(
      "wishes refused for their age",
      count(({ openings }) => openings.tooOld),
      "",
      { goal: goal(0), ...must },
    ),
    figure("rows whose load failed", failed.length, "", {
      goal: goal(0),
      note: failed.map(({ name }) => name).join(", "),
      ...must,
    }),
    figure("rows without motion to watch", unwatched.length, "", {
      goal: goal(0),
      note: unwatched.join(", "),
      ...must,
    }),
    figure("STOP to wire, p99", quantile(stopsMs, 0.99), "ms", {
      ...(isQuick ? {} : { goal: goal(stopP99MsMax) }),
      note: `${stopsMs.length} STOPs, p50 ${median(stopsMs).toFixed(1)} ms`,
    }),
    figure("STOP to wire, longest", Math.max(0, ...stopsMs), "ms", isQuick ? {} : { goal: goal(stopMsMax) }),
  ];
}
