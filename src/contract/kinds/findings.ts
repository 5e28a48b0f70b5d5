/** Which lines of a delta stocktake become findings at the aisle, and their words. */
import { kindsOf, type Said } from "./said.ts";
import type { StocktakeClass } from "./stocktake-lines.ts";

interface FindingWords extends Said {
  /** The line is a finding only if its explanation has this code; null: always. */
  only: string | null;
}

/**
 * Lent boxes are where they should be unless they were read on the shelf, and a box that was not covered is no difference. But a
 * silent tag that was never read is reported once: otherwise nobody would notice the first box taken from a fresh site.
 */
export const findingClassTable = {
  missing: { zh: "缺失", en: "Missing", only: null },
  misplaced: { zh: "错架", en: "Misplaced", only: null },
  unexpected: { zh: "盘盈", en: "Unexpected", only: null },
  notCovered: { zh: "从未读到", en: "Never heard", only: "tag-never-read" },
  onLoan: { zh: "借出却在架", en: "On loan, yet on the shelf", only: "on-loan-but-heard" },
} as const satisfies Partial<Record<StocktakeClass, FindingWords>>;
export type FindingClass = keyof typeof findingClassTable;
export const findingClasses = kindsOf(findingClassTable);

/** `code`: the code of the line's explanation. */
export function isFindingClass(of: string, code: string | undefined): of is FindingClass {
  if (!Object.hasOwn(findingClassTable, of)) return false;
  const { only } = findingClassTable[of as FindingClass];
  return only === null || only === code;
}
