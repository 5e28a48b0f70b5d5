import type { StocktakeScope } from "../../../../src/contract/stocktake.ts";

export interface StartValues {
  roomId: string;
  what: "whole" | "part" | "list";
  areaKeys?: string[];
  columns?: number[];
  sides?: ("A" | "B")[];
  barcodes?: string;
  sampleBoxes?: number | null;
  presentMax: number;
}

export function scopeOf(values: StartValues): StocktakeScope {
  const scope: StocktakeScope = {};
  if (values.what === "list") scope.barcodes = linesOf(values.barcodes ?? "");
  if (values.what === "part") {
    if (values.areaKeys?.length) scope.areaKeys = values.areaKeys;
    if (values.columns?.length) scope.columns = values.columns;
    if (values.sides?.length) scope.sides = values.sides;
  }
  if (values.what !== "list" && values.sampleBoxes) scope.sampleBoxes = values.sampleBoxes;
  return scope;
}

/** One barcode a line, as scanners and spreadsheets give them; each once. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;，；、]+/).filter((line) => line !== ""))];
}
