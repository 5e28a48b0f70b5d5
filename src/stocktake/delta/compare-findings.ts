/** Which findings of a delta stocktake are new, and which earlier findings it settles. Pure. */
import { isFindingClass } from "../../contract/kinds/findings.ts";

/** The part of a result's line that matters here. */
export interface DeltaLine {
  class: string;
  boxId: string | null;
  epc: string | null;
  expectedLayerId: string | null;
  seenLayerId: string | null;
  explanation: unknown;
}

export interface KnownFinding {
  /** Box id, or the EPC of a tag without box. */
  subject: string;
  class: string;
  expectedLayerId: string | null;
  seenLayerId: string | null;
}

export function isFinding(line: Pick<DeltaLine, "class" | "explanation">): boolean {
  return isFindingClass(line.class, (line.explanation as { code?: string }).code);
}

export function subjectOf({ boxId, epc }: Pick<DeltaLine, "boxId" | "epc">): string {
  return boxId ?? epc ?? "";
}

/** `covered`: layers of the two faces whose antennas answered. */
export function compareFindings<L extends DeltaLine, K extends KnownFinding>(
  known: readonly K[],
  lines: readonly L[],
  scope: { layerIds: ReadonlySet<string>; covered: ReadonlySet<string> },
): { raised: L[]; settled: K[] } {
  const knownBySubject = new Map(known.map((one) => [one.subject, one]));
  const lineBySubject = new Map(lines.map((line) => [subjectOf(line), line]));
  const raised = lines.filter((line) => isFinding(line) && !isToldAlready(knownBySubject.get(subjectOf(line)), line));
  const settled = known.filter((one) => {
    const line = lineBySubject.get(one.subject);
    if (line) return line.class !== "notCovered" && !isFinding(line);
    const where = one.seenLayerId ?? one.expectedLayerId;
    return where !== null && scope.covered.has(where);
  });
  return { raised, settled };

  function isToldAlready(before: K | undefined, line: L): boolean {
    if (!before) return false;
    if (before.class === line.class && before.seenLayerId === line.seenLayerId) return true;
    // It is missing here because it stands behind another aisle, as was already reported.
    const isElsewhere = before.seenLayerId !== null && !scope.layerIds.has(before.seenLayerId);
    return line.class === "missing" && isElsewhere;
  }
}
