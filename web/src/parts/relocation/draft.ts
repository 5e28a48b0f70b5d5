/** The plan being made: kept for this tab, so that a reload loses nothing. */
import type { RelocationTarget, SelectBoxes } from "../../../../src/contract/relocation.ts";
import { linesOf } from "../stocktake/scope.ts";

export interface PlanBody {
  roomId: string;
  name: string;
  reason: string;
  select: SelectBoxes;
  target: RelocationTarget;
}

export interface Draft {
  roomId: string;
  name: string;
  reason: string;
  recordState?: "active" | "closed" | "any";
  supplyOffice?: string;
  line?: string;
  businessType?: string;
  fromAreaKey?: string | null;
  boxesMax?: number | null;
  barcodes?: string;
  toAreaKey: string;
  toColumns?: number[];
}

const storageKey = "guiwei.relocation-draft";

export function keptDraft(): { draft: Draft | null; isPreview: boolean } {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? "null") as {
      draft: Draft;
      isPreview: boolean;
    } | null;
    return kept ?? { draft: null, isPreview: false };
  } catch {
    return { draft: null, isPreview: false };
  }
}

export function keepDraft(draft: Draft | null, isPreview: boolean): void {
  try {
    if (draft) sessionStorage.setItem(storageKey, JSON.stringify({ draft, isPreview }));
    else sessionStorage.removeItem(storageKey);
  } catch {
    // Without storage the wizard still works, but a reload starts again.
  }
}

export function bodyOf(draft: Draft): PlanBody {
  const select: SelectBoxes = {};
  if (draft.recordState && draft.recordState !== "any") select.recordState = draft.recordState;
  for (const key of ["supplyOffice", "line", "businessType"] as const) {
    const value = draft[key]?.trim();
    if (value) select[key] = value;
  }
  if (draft.fromAreaKey) select.fromAreaKey = draft.fromAreaKey;
  if (draft.boxesMax) select.boxesMax = draft.boxesMax;
  const barcodes = linesOf(draft.barcodes ?? "");
  if (barcodes.length > 0) select.barcodes = barcodes;
  return {
    roomId: draft.roomId,
    name: draft.name.trim(),
    reason: draft.reason.trim(),
    select,
    target: { areaKey: draft.toAreaKey, ...(draft.toColumns?.length ? { columns: draft.toColumns } : {}) },
  };
}
