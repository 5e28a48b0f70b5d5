/** Runs recorded files through the stocktake's judge, so that a site's bad day becomes a test. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Refusal, sentence } from "../contract/errors.ts";
import { defaultRules, type Outcome } from "../sensing/verdict.ts";
import type { Layout } from "../site/layout.ts";
import { formatLayerCode } from "../site/location-code.ts";
import { judgeAreas } from "../stocktake/judging/judge-areas.ts";
import { type Gathered, LineBook } from "./gather-lines.ts";
import { parseLine } from "./parse-line.ts";

export interface RefusedLine {
  file: string;
  /** 1-based. */
  line: number;
  code: string;
  zh: string;
  en: string;
}

export interface ReplayedTag {
  epc: string;
  barcode: string | null;
  outcome: Outcome;
  /** Most probable layer and its location code; null: in none, or no antenna was asked. */
  layerId: string | null;
  code: string | null;
  probability: number;
  alternatives: { layerId: string | null; code: string | null; probability: number }[];
  naive: { strongest: string | null; last: string | null };
  /** Left out: unknown. Null: it was in no layer. */
  trueLayerId?: string | null;
}

export interface Replay {
  lines: number;
  refused: RefusedLine[];
  /** Rounds of antennas that the recorder could not store. */
  coveragesLost: number;
  derivedAntennas: number;
  antennas: { reader: string; antenna: number; layerId: string; roundsHealthy: number; fault: string | null }[];
  tags: ReplayedTag[];
  /** Over tags with a known truth; null when there is none. */
  right: { tags: number; judge: number; strongest: number; last: number } | null;
}

/** Reads every file to its end: a bad line is refused with its number and reason, all others are judged. */
export async function replay(layout: Layout, files: readonly string[]): Promise<Replay> {
  const book = new LineBook(layout);
  const refused: RefusedLine[] = [];
  let lines = 0;
  for (const file of files) {
    let line = 0;
    for await (const text of linesOf(file)) {
      line++;
      if (text.trim() === "") continue;
      lines++;
      try {
        book.add(parseLine(text));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { code, params } = error;
        refused.push({ file, line, code, zh: sentence(code, "zh", params), en: sentence(code, "en", params) });
      }
    }
  }
  const gathered = book.gathered();
  const tags = tagsOf(layout, gathered);
  return {
    lines,
    refused,
    coveragesLost: gathered.coveragesLost,
    derivedAntennas: gathered.derivedAntennas,
    antennas: gathered.antennas
      .map(({ readerId, antenna, layerId, roundsHealthy, fault }) => {
        return { reader: readerId, antenna, layerId, roundsHealthy, fault };
      })
      .sort((a, b) => a.reader.localeCompare(b.reader) || a.antenna - b.antenna),
    tags,
    right: rightOf(tags),
  };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    if (error instanceof Error && "errno" in error) throw new Refusal("reads-unreadable", { file });
    throw error;
  }
}

function tagsOf(layout: Layout, facts: Gathered): ReplayedTag[] {
  const layerIds = new Set(facts.layerIds);
  for (const { layerId } of facts.boxes) if (layerId) layerIds.add(layerId);
  const beliefs = judgeAreas(layout, layerIds, facts, {
    presentMax: defaultRules.presentMax,
    calibrations: facts.calibrations,
  });
  const codeOf = (layerId: string | null) => {
    const layer = layerId === null ? undefined : layout.layerById.get(layerId);
    return layer ? formatLayerCode(layout.site, { ...layer, room: layer.roomId, area: layer.areaId }) : null;
  };
  const barcodeOf = new Map(facts.boxes.map(({ epc, barcode }) => [epc, barcode === epc ? null : barcode]));
  const best = new Map<string, ReplayedTag>();
  for (const { verdicts } of beliefs.values()) {
    for (const [epc, { outcome, layerId, probability, alternatives }] of verdicts) {
      // Read in two areas: the verdict with the higher probability counts.
      if ((best.get(epc)?.probability ?? -1) >= probability) continue;
      best.set(epc, {
        epc,
        barcode: barcodeOf.get(epc) ?? null,
        outcome,
        layerId,
        code: codeOf(layerId),
        probability,
        alternatives: alternatives.map((one) => ({ ...one, code: codeOf(one.layerId) })),
        naive: { strongest: facts.naive.strongest(epc), last: facts.naive.last(epc) },
        ...(facts.trueLayerByEpc.has(epc) ? { trueLayerId: facts.trueLayerByEpc.get(epc) ?? null } : {}),
      });
    }
  }
  return [...best.values()].sort((a, b) => (a.epc < b.epc ? -1 : 1));
}

function rightOf(tags: readonly ReplayedTag[]): Replay["right"] {
  const known = tags.filter((tag) => tag.trueLayerId !== undefined);
  if (known.length === 0) return null;
  const count = (isRight: (tag: ReplayedTag) => boolean) => known.filter(isRight).length;
  return {
    tags: known.length,
    // "Not covered" never counts as right, even if the box is truly gone.
    judge: count((tag) => tag.outcome !== "notCovered" && tag.layerId === tag.trueLayerId),
    strongest: count((tag) => tag.naive.strongest === tag.trueLayerId),
    last: count((tag) => tag.naive.last === tag.trueLayerId),
  };
}
