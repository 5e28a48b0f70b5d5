/**
 * Turns beliefs into lines: reconciles the judge's verdict about each tag (src/sensing) with what the journal says happened
 * during the stocktake. Absence of data is never absence of a box: a layer without healthy coverage gives "not covered". Pure.
 */
import type { Certainty, StocktakeClass, StocktakeProposal } from "../../contract/kinds/stocktake-lines.ts";
import type { TagHistory } from "../../sensing/read-chance.ts";
import type { Verdict } from "../../sensing/verdict.ts";

export interface LayerCoverage {
  layerId: string;
  roundsHealthy: number;
  /** Why it is not covered; null when it is. */
  why: string | null;
  /** When its antenna last read anything. */
  readAtMs: number | null;
}

/** A box as the journal has it when the stocktake is judged. */
export interface JudgedBox {
  boxId: string;
  barcode: string;
  epc: string | null;
  place: "slot" | "person" | "transit" | "unknown";
  /** Layer and location code of its current slot, and the slot's position in the layer. */
  layerId: string | null;
  locationCode: string | null;
  middleMm: number | null;
  thicknessMm: number | null;
  history: TagHistory;
  sinceMs: number;
  holderName: string | null;
  /** Layers that it left during the stocktake, with the journal revision of each move. */
  earlier: { layerId: string; revision: number }[];
  /** Revision of the move to its present place, if that was during the stocktake. */
  changedRevision: number | null;
}

export interface JudgedLine {
  class: StocktakeClass;
  certainty: Certainty;
  box: JudgedBox | null;
  epc: string | null;
  seenLayerId: string | null;
  explanation: { code: string; [detail: string]: unknown };
  proposals: StocktakeProposal[];
  /** The judge's verdict; null where none was asked for. */
  verdict: Verdict | null;
}

export interface LinesQuestion {
  /** Boxes in the scope. */
  boxes: readonly JudgedBox[];
  /** Boxes outside the scope whose tags were read. */
  outsideByEpc: ReadonlyMap<string, JudgedBox>;
  coverage: ReadonlyMap<string, LayerCoverage>;
  /** From every judged area; a tag may be read in two areas. */
  verdictsByEpc: ReadonlyMap<string, readonly Verdict[]>;
  /** When that layer's antenna last read the tag; 0 for never. */
  lastHeardAtMs(epc: string, layerId: string): number;
}

type Words = { code: string; [detail: string]: unknown };
const heardAnywhere = (verdict: Verdict) => verdict.evidence.some((one) => one.roundsAnswered > 0);
/** The layer that read it best, whatever the verdict says. */
const loudest = (verdict: Verdict) => verdict.layerId ?? verdict.evidence[0]?.layerId ?? null;

/** One line for each box of the scope, and one for each tag that was read where it does not belong. */
export function linesFromBeliefs(question: LinesQuestion): JudgedLine[] {
  const lines: JudgedLine[] = [];
  const judged = new Set<string>();
  for (const box of question.boxes) {
    if (box.epc) judged.add(box.epc);
    const line = judgeBox(box, question);
    if (line) lines.push(line);
  }
  for (const [epc, verdicts] of question.verdictsByEpc) {
    if (judged.has(epc)) continue;
    const line = judgeForeign(epc, verdicts, question);
    if (line) lines.push(line);
  }
  return lines;
}

function judgeBox(box: JudgedBox, question: LinesQuestion): JudgedLine | null {
  const verdicts = (box.epc && question.verdictsByEpc.get(box.epc)) || [];
  const home = verdicts.find((one) => one.homeLayerId !== null && one.homeLayerId === box.layerId) ?? null;
  const heard = verdicts.filter(heardAnywhere).sort((a, b) => b.probability - a.probability);
  const line = lineOf(box, box.epc);

  if (box.place === "person") {
    const after = heard.find((one) => lastHeard(box, one, question) > box.sinceMs);
    const detail = { holder: box.holderName, sinceMs: box.sinceMs, revision: box.changedRevision };
    if (after)
      return line("onLoan", "suspected", loudest(after), { code: "on-loan-but-heard", ...detail }, after, ["return"]);
    const code = box.changedRevision ? "taken-during-count" : "on-loan";
    return line("onLoan", "confirmed", null, { code, ...detail }, null);
  }
  if (box.place !== "slot" || !box.layerId) {
    const [best] = heard;
    if (!best) return null;
    const words = { code: "place-unknown-but-heard", place: box.place };
    return line("unexpected", "suspected", loudest(best), words, best, ["correctHome"]);
  }
  if (!box.epc) return line("notCovered", "confirmed", null, { code: "no-tag" }, null, ["bindTag"]);
  const away = verdicts.find((one) => one.outcome === "contradicted");
  if (away) return judgeAway(box, away, "confirmed", question);
  const covered = question.coverage.get(box.layerId);
  if (!covered || covered.why !== null || !home || home.outcome === "notCovered") {
    const overheard = heard[0] ? { overheardIn: loudest(heard[0]) } : {};
    return line("notCovered", "confirmed", null, { code: covered?.why ?? "not-in-scope", ...overheard }, home);
  }
  if (home.outcome === "confirmed") return line("found", "confirmed", box.layerId, { code: "heard-in-place" }, home);
  if (heardAnywhere(home) && home.layerId === box.layerId)
    return line("found", "suspected", box.layerId, { code: "heard-in-place-unsure" }, home);
  const elsewhere = heard.find((one) => loudest(one) !== box.layerId);
  if (elsewhere) return judgeAway(box, elsewhere, "suspected", question);
  return judgeSilent(box, home, covered);
}

/** A box that was read where it should not stand. */
function judgeAway(
  box: JudgedBox,
  verdict: Verdict,
  certainty: JudgedLine["certainty"],
  question: LinesQuestion,
): JudgedLine {
  const line = lineOf(box, box.epc);
  const seen = loudest(verdict);
  const earlier = box.earlier.find((one) => one.layerId === seen);
  if (earlier && question.lastHeardAtMs(box.epc ?? "", seen ?? "") <= box.sinceMs) {
    const isThere = question.lastHeardAtMs(box.epc ?? "", box.layerId ?? "") > box.sinceMs;
    const words = { code: "moved-during-count", revision: box.changedRevision };
    return line("found", isThere ? "confirmed" : "suspected", box.layerId, words, verdict);
  }
  const roundsAt = (layerId: string | null) =>
    verdict.evidence.reduce((sum, one) => sum + (one.layerId === layerId ? one.roundsAnswered : 0), 0);
  const code = certainty === "confirmed" ? "heard-elsewhere" : "heard-elsewhere-unsure";
  const words = { code, roundsThere: roundsAt(seen), roundsInPlace: roundsAt(box.layerId) };
  return line("misplaced", certainty, seen, words, verdict, ["putBack", "correctHome"]);
}

/** A box that was not read although its own antenna was healthy. */
function judgeSilent(box: JudgedBox, verdict: Verdict, covered: LayerCoverage): JudgedLine {
  const line = lineOf(box, box.epc);
  if (box.changedRevision !== null && (covered.readAtMs ?? 0) < box.sinceMs)
    return line(
      "notCovered",
      "confirmed",
      null,
      { code: "placed-after-reading", revision: box.changedRevision },
      verdict,
    );
  const { roundsHealthy } = covered;
  // A tag that was hardly ever read is more likely dead than its box gone; one that used to answer is not.
  if (verdict.outcome === "unreadable" && verdict.present >= 0.5) {
    const words = { code: box.history.roundsOffered === 0 ? "tag-never-read" : "tag-unreadable", roundsHealthy };
    return line("notCovered", "suspected", null, words, verdict, ["replaceTag", "search"]);
  }
  if (verdict.outcome === "lost")
    return line("missing", "confirmed", null, { code: "not-heard", roundsHealthy }, verdict, ["search"]);
  const code = { coverage: "not-heard-uncovered", tag: "not-heard-tag", rounds: "not-heard-unsure" }[
    verdict.doubt ?? "rounds"
  ];
  return line("missing", "suspected", null, { code, roundsHealthy }, verdict, ["search"]);
}

/** A tag that was read in the scope and whose box, if it has one, belongs elsewhere. */
function judgeForeign(epc: string, verdicts: readonly Verdict[], question: LinesQuestion): JudgedLine | null {
  const box = question.outsideByEpc.get(epc) ?? null;
  const [best] = verdicts.filter(heardAnywhere).sort((a, b) => b.probability - a.probability);
  if (!best) return null;
  const seen = loudest(best);
  const line = lineOf(box, epc);
  if (!box) {
    const certainty = best.probability >= 0.99 && best.layerId !== null ? "confirmed" : "suspected";
    return line("unexpected", certainty, seen, { code: "unknown-tag" }, best, ["bindTag"]);
  }
  // Its own layer was not asked: a neighbouring antenna that read it is no proof of a misplacement.
  if (best.outcome !== "contradicted" || seen === null || !question.coverage.has(seen)) return null;
  if (box.place === "person") {
    if (lastHeard(box, best, question) <= box.sinceMs) return null;
    const words = { code: "on-loan-but-heard", holder: box.holderName, sinceMs: box.sinceMs, revision: null };
    return line("onLoan", "suspected", seen, words, best, ["return"]);
  }
  return line("misplaced", "suspected", seen, { code: "belongs-outside-scope" }, best, ["putBack", "correctHome"]);
}

function lastHeard(box: JudgedBox, verdict: Verdict, question: LinesQuestion): number {
  const times = verdict.evidence.map((one) => question.lastHeardAtMs(box.epc ?? "", one.layerId));
  return Math.max(0, ...times);
}

function lineOf(box: JudgedBox | null, epc: string | null) {
  return (
    kind: StocktakeClass,
    certainty: JudgedLine["certainty"],
    seenLayerId: string | null,
    explanation: Words,
    verdict: Verdict | null,
    proposals: StocktakeProposal[] = [],
  ): JudgedLine => ({ class: kind, certainty, box, epc, seenLayerId, explanation, verdict, proposals });
}
