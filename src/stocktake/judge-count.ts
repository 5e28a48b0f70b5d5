/**
 * First form of judging a count, pure: the layer of a box is the antenna that answered most rounds; "missing" needs enough
 * healthy rounds on the layer where the box should stand; everything weaker is "suspected". Absence of data is never absence
 * of a box: a layer without healthy coverage makes "not covered". (Evidence with probabilities comes with src/sensing.)
 */
import type { StocktakeClass } from "../contract/stocktake.ts";

/** What one antenna heard of one tag, with how often it was asked. */
export interface Heard {
  readerId: string;
  antenna: number;
  layerId: string;
  roundsAnswered: number;
  roundsHealthy: number;
  strongestDbm: number | null;
  lastAtMs: number;
}

export interface LayerCoverage {
  layerId: string;
  roundsHealthy: number;
  /** Why it is not covered; null when it is. */
  why: string | null;
  /** When its antenna was last read. */
  readAtMs: number | null;
}

/** A box as the journal has it at the end of the count. */
export interface CountedBox {
  boxId: string;
  barcode: string;
  epc: string | null;
  place: "slot" | "person" | "transit" | "unknown";
  /** Layer and code of its current slot. */
  layerId: string | null;
  locationCode: string | null;
  sinceMs: number;
  holderName: string | null;
  /** Layers it stood in earlier during the count, with the journal revision that moved it. */
  earlier: { layerId: string; revision: number }[];
  /** Revision of the change that brought it to its present place, when that was during the count. */
  changedRevision: number | null;
}

export interface JudgedLine {
  class: StocktakeClass;
  certainty: "confirmed" | "suspected";
  box: CountedBox | null;
  epc: string | null;
  seenLayerId: string | null;
  explanation: { code: string; [detail: string]: unknown };
  evidence: Heard[];
}

/** By how many rounds another layer must lead before a box counts as surely misplaced. */
const leadRoundsMin = 3;
/** Share of rounds that a tag of another place must answer before one antenna's word counts against the catalogue. */
const foreignShareMin = 0.8;

/** Boxes of the scope and tags heard → one line each. Tags heard that belong to boxes outside the scope are strays unless loud. */
export function judgeCount(input: {
  boxes: readonly CountedBox[];
  coverage: ReadonlyMap<string, LayerCoverage>;
  heardByEpc: ReadonlyMap<string, readonly Heard[]>;
  /** Boxes of tags heard that are not in scope. */
  outsideByEpc: ReadonlyMap<string, CountedBox>;
  roundsMin: number;
}): JudgedLine[] {
  const lines: JudgedLine[] = [];
  const judged = new Set<string>();
  for (const box of input.boxes) {
    if (box.epc) judged.add(box.epc);
    const heard = box.epc ? (input.heardByEpc.get(box.epc) ?? []) : [];
    const line = judgeBox(box, heard, input.coverage, input.roundsMin);
    if (line) lines.push(line);
  }
  for (const [epc, heard] of input.heardByEpc) {
    if (judged.has(epc)) continue;
    const line = judgeForeign(epc, heard, input.outsideByEpc.get(epc) ?? null, input.roundsMin);
    if (line) lines.push(line);
  }
  return lines;
}

function judgeBox(
  box: CountedBox,
  heard: readonly Heard[],
  coverage: ReadonlyMap<string, LayerCoverage>,
  roundsMin: number,
): JudgedLine | null {
  const evidence = [...heard].sort(byRounds);
  const line = (
    kind: StocktakeClass,
    certainty: "confirmed" | "suspected",
    seenLayerId: string | null,
    code: string,
    detail: Record<string, unknown> = {},
  ): JudgedLine => ({
    class: kind,
    certainty,
    box,
    epc: box.epc,
    seenLayerId,
    explanation: { code, ...detail },
    evidence,
  });

  if (box.place === "person") {
    const after = evidence.filter((one) => one.lastAtMs > box.sinceMs);
    const detail = { holder: box.holderName, sinceMs: box.sinceMs, revision: box.changedRevision };
    if (after[0]) return line("onLoan", "suspected", after[0].layerId, "on-loan-but-heard", detail);
    return line("onLoan", "confirmed", null, box.changedRevision ? "taken-during-count" : "on-loan", detail);
  }
  if (box.place !== "slot" || !box.layerId) {
    if (!evidence[0]) return null;
    return line("unexpected", "suspected", evidence[0].layerId, "place-unknown-but-heard", { place: box.place });
  }
  if (!box.epc) return line("notCovered", "confirmed", null, "no-tag");
  const expected = coverage.get(box.layerId);
  if (!expected || expected.why !== null || expected.roundsHealthy < roundsMin) {
    const overheard = evidence[0] ? { overheardIn: evidence[0].layerId } : {};
    return line("notCovered", "confirmed", null, expected?.why ?? "not-in-scope", overheard);
  }
  const best = evidence[0];
  if (best) return judgeHeard(box, box.layerId, evidence, line);
  if (box.changedRevision !== null && (expected.readAtMs ?? 0) < box.sinceMs) {
    return line("notCovered", "confirmed", null, "placed-after-reading", { revision: box.changedRevision });
  }
  return line("missing", "confirmed", null, "not-heard", { roundsHealthy: expected.roundsHealthy });
}

function judgeHeard(
  box: CountedBox,
  expectedLayerId: string,
  evidence: readonly Heard[],
  line: (
    kind: StocktakeClass,
    certainty: "confirmed" | "suspected",
    seen: string,
    code: string,
    detail?: Record<string, unknown>,
  ) => JudgedLine,
): JudgedLine {
  const atExpected = evidence
    .filter((one) => one.layerId === expectedLayerId)
    .reduce((sum, one) => sum + one.roundsAnswered, 0);
  const best = evidence[0] as Heard;
  if (best.layerId === expectedLayerId || atExpected >= best.roundsAnswered)
    return line("found", "confirmed", expectedLayerId, "heard-in-place");
  const earlier = box.earlier.find((one) => one.layerId === best.layerId);
  if (earlier && best.lastAtMs <= box.sinceMs) {
    return line("found", atExpected > 0 ? "confirmed" : "suspected", expectedLayerId, "moved-during-count", {
      revision: box.changedRevision,
    });
  }
  const isSure =
    best.roundsAnswered - atExpected >= leadRoundsMin && best.roundsAnswered >= best.roundsHealthy * foreignShareMin;
  return line("misplaced", isSure ? "confirmed" : "suspected", best.layerId, "heard-elsewhere", {
    roundsThere: best.roundsAnswered,
    roundsInPlace: atExpected,
  });
}

/** A tag heard in the scope whose box (if any) belongs elsewhere. */
function judgeForeign(
  epc: string,
  heard: readonly Heard[],
  box: CountedBox | null,
  roundsMin: number,
): JudgedLine | null {
  const evidence = [...heard].sort(byRounds);
  const best = evidence[0];
  if (!best) return null;
  const isLoud = best.roundsHealthy >= roundsMin && best.roundsAnswered >= best.roundsHealthy * foreignShareMin;
  if (!box) {
    return {
      class: "unexpected",
      certainty: isLoud ? "confirmed" : "suspected",
      box: null,
      epc,
      seenLayerId: best.layerId,
      explanation: { code: "unknown-tag" },
      evidence,
    };
  }
  // Its own layer was not asked: a neighbour overheard is no misplacement.
  if (!isLoud || box.place === "person") return null;
  return {
    class: "misplaced",
    certainty: "suspected",
    box,
    epc,
    seenLayerId: best.layerId,
    explanation: { code: "belongs-outside-scope" },
    evidence,
  };
}

function byRounds(a: Heard, b: Heard): number {
  return b.roundsAnswered - a.roundsAnswered || (b.strongestDbm ?? -200) - (a.strongestDbm ?? -200);
}
