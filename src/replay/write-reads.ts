/** The job "write-reads": turns the rows of a stocktake into lines of docs/replay.md: calibrations, boxes, rounds, then reads. */
import { stat } from "node:fs/promises";
import type { BoxLine, CalibrationLine, CoverageLine, ReadLine } from "../contract/reads.ts";
import { readRowFile, writeRowFile } from "../workbooks/row-files.ts";

export type CalibrationRow = CalibrationLine;
export type HeardRow = Omit<ReadLine, "visit">;

export interface LineRow {
  epc: string;
  expectedCode: string | null;
  expectedLayerId: string | null;
  /** Found and confirmed. */
  isSure: boolean;
  /** The stored evidence, as JSON; null where nothing was learned from it. */
  evidence: string | null;
}

export interface BoxRow {
  epc: string;
  barcode: string;
  thicknessMm: number;
  /** As the catalogue has it now. */
  locationCode: string | null;
  /** Rounds of its tag in all stocktakes, this one included. */
  offered: number;
  answered: number;
}

export interface RoundsRow {
  reader: string;
  antenna: number;
  roundsHealthy: number;
  roundsFailed: number;
  fault: string | null;
  powerDbm: number | null;
  atMs: number;
}

const visit = 0;
const resultMbMax = 2_048;

export async function writeReads(
  {
    rowsFiles,
    file,
  }: { rowsFiles: Record<"calibrations" | "lines" | "boxes" | "rounds" | "heard", string>; file: string },
  onRow: (rows: number) => void,
): Promise<{ rows: number; bytes: number }> {
  const lineOf = new Map<string, LineRow>();
  for await (const batch of readRowFile<LineRow>(rowsFiles.lines)) for (const line of batch) lineOf.set(line.epc, line);
  async function* lines(): AsyncGenerator<CalibrationLine | BoxLine | CoverageLine | ReadLine> {
    yield* rowsOf<CalibrationRow>(rowsFiles.calibrations);
    for (const box of await sortedBoxes(rowsFiles.boxes)) yield boxLine(box, lineOf.get(box.epc));
    for await (const rounds of rowsOf<RoundsRow>(rowsFiles.rounds)) yield* coverageLines(rounds);
    for await (const { reader, antenna, epc, rssiDbm, atMs, count } of rowsOf<HeardRow>(rowsFiles.heard))
      yield { reader, antenna, epc, rssiDbm, atMs, count, visit };
  }
  const rows = await writeRowFile(file, lines(), { onRows: onRow, mbMax: resultMbMax });
  return { rows, bytes: (await stat(file)).size };
}

async function* rowsOf<T>(file: string): AsyncGenerator<T> {
  for await (const batch of readRowFile<T>(file)) yield* batch;
}

async function sortedBoxes(file: string): Promise<BoxRow[]> {
  const boxes: BoxRow[] = [];
  for await (const box of rowsOf<BoxRow>(file)) boxes.push(box);
  return boxes.sort((a, b) => (a.epc < b.epc ? -1 : 1));
}

function boxLine({ epc, barcode, thicknessMm, locationCode, offered, answered }: BoxRow, line?: LineRow): BoxLine {
  const own = line && learnedOf(line);
  return {
    ...{ epc, barcode, thicknessMm },
    // The place at the time of judging; for boxes without a line, the present place.
    locationCode: line ? line.expectedCode : locationCode,
    // The tag's history before this stocktake, whose own rounds were added when it ended.
    roundsOffered: Math.max(0, offered - (own?.roundsHealthy ?? 0)),
    roundsAnswered: Math.max(0, answered - (own?.roundsAnswered ?? 0)),
  };
}

interface Learned {
  layerId: string;
  roundsHealthy: number;
  roundsAnswered: number;
}

/** The rounds and answers that finish-stocktake.ts added to the tag's history. */
function learnedOf({ isSure, evidence, expectedLayerId }: LineRow): Learned | undefined {
  if (!isSure || evidence === null) return undefined;
  return (JSON.parse(evidence) as Learned[]).find((one) => one.layerId === expectedLayerId);
}

function coverageLines({ roundsHealthy, roundsFailed, fault, ...of }: RoundsRow): CoverageLine[] {
  const line = (roundsOffered: number, why: string | null): CoverageLine => {
    const { reader, antenna, powerDbm, atMs } = of;
    return { reader, antenna, roundsOffered, fault: why, powerDbm, atMs, visit };
  };
  // The failed rounds come last: the last line decides whether the antenna counts.
  const healthy = roundsHealthy > 0 ? [line(roundsHealthy, null)] : [];
  const failed = roundsFailed > 0 || fault !== null ? [line(roundsFailed, fault ?? "unhealthy")] : [];
  return fault === null ? [...failed, ...healthy] : [...healthy, ...failed];
}
