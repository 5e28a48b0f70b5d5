/** Which columns move where to open another aisle: pure geometry, refusing what S18 forbids. */
import type { ErrorCode } from "../contract/errors.ts";
import { aisleWidthsMm, columnPositionsMm } from "../site/carriages.ts";
import { columnsOf } from "../site/layout.ts";
import type { AreaSpec } from "../site/schema.ts";

/** S18. */
export const fingerGapMinMm = 25;
export const openAisleMinMm = 750;
/** Slowest and usual speed of a carriage (S16 leaves 0.03–0.08 m/s to the drive). */
const slowestMmPerS = 30;
const usualMmPerS = 50;
/** Light and sound before motion (S12), ms. */
const warningMs = 3000;
/** Allows for the drive's ramps and for the interval of statuses, ms. */
const travelMarginMs = 5000;
/** A carriage nearer than this to its place does not move, mm. */
const stillMm = 1;

export interface ColumnMove {
  column: number;
  direction: "left" | "right";
  distanceMm: number;
}

export interface OpeningPlan {
  moves: ColumnMove[];
  /** Aisles whose width changes: nobody may be in any of them. */
  sweptAisles: number[];
  /** The duration that a person should expect: warning and travel at the usual speed. */
  durationMs: number;
  /** After this the motion has failed: every column one after another at the slowest speed. */
  timeoutMs: number;
}

export interface Block {
  code: ErrorCode;
  params: Record<string, string | number>;
}

export type Planned = { ok: true; plan: OpeningPlan } | { ok: false; block: Block };

/** `fromAisle` and `toAisle` 0 = none open (spread). */
export function planOpening(spec: AreaSpec, fromAisle: number, toAisle: number): Planned {
  const columns = columnsOf(spec);
  if (!Number.isInteger(toAisle) || toAisle < 0 || toAisle >= columns.length)
    return { ok: false, block: { code: "aisle-unknown", params: { aisle: toAisle } } };
  const before = columnPositionsMm(spec, fromAisle);
  const after = columnPositionsMm(spec, toAisle);
  const widths = aisleWidthsMm(spec, after);
  for (const [aisle, widthMm] of widths) {
    const limitMm = aisle === toAisle ? openAisleMinMm : fingerGapMinMm;
    if (widthMm < limitMm - 1e-6) return { ok: false, block: { code: "aisle-too-narrow", params: { aisle, limitMm } } };
  }
  const moves: ColumnMove[] = [];
  for (const column of columns) {
    const wayMm = (after.get(column.no) ?? 0) - (before.get(column.no) ?? 0);
    if (Math.abs(wayMm) < stillMm) continue;
    // A fixed column between two aisles cannot move: the two sides do not share one gap.
    if (column.kind === "fixed") return { ok: false, block: { code: "aisle-unknown", params: { aisle: toAisle } } };
    moves.push({ column: column.no, direction: wayMm < 0 ? "left" : "right", distanceMm: Math.abs(wayMm) });
  }
  const widthsBefore = aisleWidthsMm(spec, before);
  const sweptAisles = [...widths.keys()]
    .filter((aisle) => Math.abs((widths.get(aisle) ?? 0) - (widthsBefore.get(aisle) ?? 0)) >= stillMm)
    .sort((a, b) => a - b);
  const longestMm = Math.max(0, ...moves.map((move) => move.distanceMm));
  return {
    ok: true,
    plan: {
      moves,
      sweptAisles,
      durationMs: warningMs + Math.round((longestMm / usualMmPerS) * 1000),
      timeoutMs:
        warningMs + travelMarginMs + Math.round((travelMaxMm(spec, fromAisle, toAisle) / slowestMmPerS) * 1000),
    },
  };
}

/** With no aisle open the carriages may stand anywhere (closed, spread, stopped half-way): then each may travel a whole aisle. */
function travelMaxMm(spec: AreaSpec, fromAisle: number, toAisle: number): number {
  const mobile = columnsOf(spec).filter((column) => column.kind === "mobile").length;
  const movers = fromAisle === 0 || toAisle === 0 ? mobile : Math.abs(fromAisle - toAisle);
  return movers * Math.max(0, spec.aisleWidthMm - spec.fingerGapMm);
}
