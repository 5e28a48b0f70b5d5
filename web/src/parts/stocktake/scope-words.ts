import type { TFunction } from "i18next";
import type { StocktakeScope } from "../../../../src/contract/stocktake.ts";

export function scopeWords(t: TFunction, scope: StocktakeScope, areaName: (key: string) => string): string {
  const parts: string[] = [];
  if (scope.areaKeys?.length) parts.push(t("stocktake.scopeAreas", { list: scope.areaKeys.map(areaName).join("、") }));
  if (scope.columns?.length) parts.push(t("stocktake.scopeColumns", { list: scope.columns.join("、") }));
  if (scope.sides?.length) parts.push(t("stocktake.scopeSides", { list: scope.sides.join("、") }));
  if (scope.barcodes?.length) parts.push(t("stocktake.scopeList", { n: scope.barcodes.length }));
  if (scope.sampleBoxes) parts.push(t("stocktake.scopeSample", { n: scope.sampleBoxes }));
  return parts.length > 0 ? parts.join(" · ") : t("stocktake.scopeWhole");
}
