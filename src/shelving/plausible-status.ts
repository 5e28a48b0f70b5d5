/**
 * Whether a controller's status is possible: complete, consistent with the site's geometry and the time that passed, and the
 * newest. Pure, apart from the machine. What a registerMap cannot report is no contradiction: the site check lists it.
 */
import type { ShelfStatus } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState } from "./area-state.ts";
import { isMoving } from "./guards.ts";
import { keeps } from "./keeps.ts";
import type { Block } from "./plan-opening.ts";
import type { RailFacts } from "./rail-facts.ts";
import { orderFault } from "./status-order.ts";

export interface Judged {
  rules: AreaRules;
  state: AreaState;
  status: ShelfStatus;
  atMs: number;
}

/** Null: plausible; "repeat": the last message once more; otherwise the contradiction. */
export type JudgeStatus = (judged: Judged) => Block | "repeat" | null;

/** Tolerated difference between the site file's millimetres and an encoder. */
const measureMm = 50;
/** Two carriages that touch may be reported as overlapping because of rounding and rubber buffers. */
const overlapMm = 20;
/** Tolerance within which an aisle has its full width though no aisle is reported open. */
const fullWidthMm = 2;
/** Counters wrap; a value this far ahead is behind. */
const entriesWrap = 0xffff;
const entriesAheadMax = 0x4000;

export const judgeStatus: JudgeStatus = (judged) => {
  const { rules, state, status, atMs } = judged;
  return (
    orderFault(state.order, state.heard, status, atMs - state.statusAtMs) ??
    columnsFault(rules.rail, status) ??
    positionsFault(rules, status) ??
    aisleFault(rules, status) ??
    countsFault(judged) ??
    travelFault(judged)
  );
};

/** Each column of the site must appear once. */
function columnsFault(rail: RailFacts, { columns }: ShelfStatus): Block | null {
  const seen = new Set<number>();
  for (const { column } of columns) {
    if (!rail.depthMm.has(column)) return { code: "status-column-unknown", params: { column } };
    if (seen.has(column)) return { code: "status-column-doubled", params: { column } };
    seen.add(column);
  }
  const missing = rail.order.find((column) => !seen.has(column));
  return missing === undefined ? null : { code: "status-column-missing", params: { column: missing } };
}

/** Null unless every carriage's position is known; a fixed column needs no encoder. */
function positionsOf(rail: RailFacts, status: ShelfStatus): Map<number, number> | null {
  const positions = new Map<number, number>();
  for (const { column, positionMm } of status.columns) {
    const atMm = positionMm ?? rail.fixedAtMm.get(column);
    if (atMm === undefined) return null;
    positions.set(column, atMm);
  }
  return positions;
}

function positionsFault(rules: AreaRules, status: ShelfStatus): Block | null {
  const { rail } = rules;
  for (const { column, positionMm } of status.columns) {
    if (positionMm === null) {
      // Unknown before homing and with a registerMap without positions; a fixed column has no encoder.
      if (status.interlocks.notHomed || !keeps(rules, "S18") || rail.fixedAtMm.has(column)) continue;
      return { code: "status-position-missing", params: { column } };
    }
    const endMm = rail.lengthMm - (rail.depthMm.get(column) ?? 0);
    const fixedAtMm = rail.fixedAtMm.get(column);
    const [fromMm, toMm] = fixedAtMm === undefined ? [0, endMm] : [fixedAtMm, fixedAtMm];
    const isInside = positionMm >= fromMm - measureMm && positionMm <= toMm + measureMm;
    if (!isInside) return { code: "status-position-outside", params: { column, mm: positionMm } };
  }
  const positions = positionsOf(rail, status);
  if (!positions) return null;
  for (const [i, column] of rail.order.entries()) {
    const other = rail.order[i + 1];
    if (other === undefined) break;
    const gapMm = (positions.get(other) ?? 0) - (positions.get(column) ?? 0) - (rail.depthMm.get(column) ?? 0);
    if (gapMm < -overlapMm) return { code: "status-overlap", params: { column, other } };
  }
  return null;
}

/** Compares the aisle reported open with the reported positions; while carriages roll it lags behind. */
function aisleFault(rules: AreaRules, status: ShelfStatus): Block | null {
  const { openAisle } = status;
  if (openAisle === null) return null;
  if (!(Number.isInteger(openAisle) && openAisle >= 0 && openAisle <= rules.aisleCount))
    return { code: "status-aisle-unknown", params: { aisle: openAisle } };
  const positions = positionsOf(rules.rail, status);
  if (!positions || isMoving(status) || status.interlocks.notHomed) return null;
  for (const [aisle, widthMm] of rules.rail.widthsMm(positions)) {
    const isOpen = aisle === openAisle;
    const isFull = widthMm >= rules.rail.aisleWidthMm - (openAisle === 0 ? fullWidthMm : measureMm);
    if (isOpen ? widthMm < rules.rail.aisleWidthMm - 2 * measureMm : isFull)
      return { code: "status-against-aisle", params: { openAisle, aisle, widthMm: Math.round(widthMm) } };
  }
  return null;
}

/** How far a counter went from a to b; far ahead means that it went back. */
const stepsAhead = (from: number, to: number) => (((to - from) % entriesWrap) + entriesWrap) % entriesWrap;

function countsFault({ state, status }: Judged): Block | null {
  const { people, entrySeq, confirmedEntrySeq } = status.occupancy;
  for (const [name, count] of Object.entries(status.occupancy))
    if (count !== null && !(Number.isInteger(count) && count >= 0))
      return { code: "status-count-impossible", params: { detail: `${name} ${count}` } };
  if (people !== null && entrySeq !== null && confirmedEntrySeq !== null) {
    if (stepsAhead(confirmedEntrySeq, entrySeq) > entriesAheadMax)
      return { code: "status-count-impossible", params: { detail: `${confirmedEntrySeq} > ${entrySeq}` } };
  }
  const before = state.status;
  const entriesBefore = before?.bootId === status.bootId ? (before.occupancy.entrySeq ?? null) : null;
  if (entriesBefore === null || entrySeq === null || status.bootId === null) return null;
  if (stepsAhead(entriesBefore, entrySeq) <= entriesAheadMax) return null;
  return { code: "status-entries-back", params: { entrySeq, before: entriesBefore } };
}

/** Carriages take time to move: since the last good picture, and since the last one at rest with another aisle open. */
function travelFault({ rules, state, status, atMs }: Judged): Block | null {
  const { railSpeedMaxMmPerS, statusJitterMs } = rules.limits;
  const before = state.status;
  // After a boot and before homing positions cannot be compared.
  if (!before || before.bootId !== status.bootId) return null;
  if (before.interlocks.notHomed || status.interlocks.notHomed) return null;
  const reachMm = (sinceMs: number) => (railSpeedMaxMmPerS * (Math.max(0, atMs - sinceMs) + statusJitterMs)) / 1000;
  const places = positionsOf(rules.rail, before);
  for (const { column, positionMm } of status.columns) {
    const place = places?.get(column);
    if (place === undefined || positionMm === null) continue;
    const mm = Math.abs(positionMm - place);
    if (mm > reachMm(state.statusAtMs) + overlapMm)
      return {
        code: "status-too-fast",
        params: { column, mm: Math.round(mm), ms: Math.round(atMs - state.statusAtMs) },
      };
  }
  const { rest } = state;
  if (!rest || !status.openAisle || rest.openAisle === status.openAisle || isMoving(status)) return null;
  if (rules.rail.travelMm <= reachMm(rest.atMs)) return null;
  const params = { from: rest.openAisle, aisle: status.openAisle, ms: Math.round(atMs - rest.atMs) };
  return { code: "status-aisle-too-fast", params };
}

/** The carriages are elsewhere than they can be. A person between them would not be seen, so somebody has to look. */
export function isOfSteel({ code }: Block): boolean {
  return code === "status-too-fast" || code === "status-aisle-too-fast";
}
