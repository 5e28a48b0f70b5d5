/**
 * Judging an area of 5 000 boxes from what the twin's air made of it: the whole from scratch, and one aisle's two faces read
 * again. What a belief holds in memory is printed beside.
 */
import { type Air, newAir } from "../../simulators/radio/air.ts";
import { newBoxRoom, type StandingBox } from "../../simulators/room/boxes.ts";
import { type Chance, seededChance } from "../../src/clock/chance.ts";
import { defaultCalibration } from "../../src/sensing/calibration.ts";
import { gatherEvidence, rowsOfCoverage } from "../../src/sensing/evidence.ts";
import { type Belief, judge, type KnownBox } from "../../src/sensing/judge.ts";
import { senseArea } from "../../src/sensing/sensed-area.ts";
import type { Area, Layer } from "../../src/site/layout.ts";
import { layersAround } from "../../src/stocktake/delta/layers-around.ts";
import { openJudgeThread } from "../../src/stocktake/judging/open-judge-thread.ts";
import type { FactsReading, StocktakeFacts } from "../../src/stocktake/judging/read-facts.ts";
import { layoutOfSite } from "./bench-context.ts";
import { type BenchOptions, type Measure, measured, median } from "./measure.ts";

/** A tag that is known: it answered eight rounds of eight before. */
const history = { roundsOffered: 8, roundsAnswered: 8 };
const powerDbm = 30;
const rowsAtOnce = 200;
/** Every 50th box stands a slot list further on than the catalogue has it, every 80th is gone. */
const misplacedEvery = 50;
const goneEvery = 80;

interface Bench {
  area: Area;
  boxes: KnownBox[];
  air: Air;
  reader: Chance;
}

/** A delta as the gateway asks for it: into the judge's thread and back, with the boxes around its aisle as the database gives them. */
async function deltaThroughThread(bench: Bench, count: number): Promise<{ look: number[]; lines: number[] }> {
  const { area, boxes } = bench;
  const layout = { ...layoutOfSite("hall-100k.yaml"), areas: [area] };
  const thread = openJudgeThread(layout);
  const times = { look: [] as number[], lines: [] as number[] };
  const timed = async (into: number[], ask: () => Promise<unknown>) => {
    const fromMs = performance.now();
    await ask();
    into.push(performance.now() - fromMs);
  };
  for (let i = 0; i <= count; i++) {
    const layers = area.layers.filter(({ aisle }) => aisle === area.aisles[(i * 7) % area.aisles.length]?.no);
    const layerIds = layers.map(({ id }) => id);
    const around = new Set(layersAround(layout, layerIds, []));
    const near = boxes.filter(({ layerId }) => layerId !== null && around.has(layerId));
    const rows = listen(bench, layers, i + 100);
    const byAntenna = new Map(rows.antennas.map((row) => [`${row.readerId}:${row.antenna}`, row]));
    const rounds = { roundsWanted: 2, roundsOffered: 2, roundsHealthy: 2, roundsFailed: 0, isDone: true };
    const facts: StocktakeFacts = {
      antennas: layers.flatMap(({ id: layerId, antenna }) => {
        const row = antenna && byAntenna.get(`${antenna.readerId}:${antenna.port}`);
        return row ? [{ ...row, ...rounds, stocktakeId: `${i}`, layerId }] : [];
      }),
      heard: rows.heard.map((row) => ({
        ...{
          stocktakeId: `${i}`,
          readerId: row.readerId,
          antenna: row.antenna,
          epc: row.epc,
          count: row.roundsAnswered,
        },
        ...{ roundsAnswered: row.roundsAnswered, meanDbm: row.meanDbm ?? null, lastAtMs: 5 },
      })),
      boxes: near.map(({ epc, layerId, middleMm, thicknessMm }) => ({
        ...{ boxId: epc, barcode: epc, epc, place: "slot", layerId, locationCode: null, history, sinceMs: 0 },
        ...{ middleMm: middleMm ?? null, thicknessMm: thicknessMm ?? null },
        ...{ holderName: null, earlier: [], changedRevision: null },
      })),
    };
    const settings = { barcodes: null, presentMax: 1e-3, calibrations: new Map() };
    const reading = readingOf({ stocktakeId: `${i}`, kind: "delta", layerIds, ...settings }, facts);
    // The first one starts the thread.
    await timed(i === 0 ? [] : times.look, () => thread.plan(reading, new Map()));
    await timed(i === 0 ? [] : times.lines, async () => {
      const { rows } = await thread.result(reading);
      for (let from = 0; from < rows; from += rowsAtOnce) await thread.rows(`${i}`, from, rowsAtOnce);
    });
  }
  await thread.close();
  return times;
}

/** In pages, as the gateway reads them. */
function readingOf(head: FactsReading["head"], { antennas, heard, boxes }: StocktakeFacts): FactsReading {
  const part = <T>(rows: readonly T[], from: number) => rows.slice(from, from + rowsAtOnce);
  return {
    head,
    async *pages() {
      for (let from = 0; from < Math.max(antennas.length, heard.length, boxes.length); from += rowsAtOnce)
        yield { antennas: part(antennas, from), heard: part(heard, from), boxes: part(boxes, from) };
    },
  };
}

function fill(boxCount: number): Bench {
  const hall = layoutOfSite("hall-100k.yaml");
  const [area] = hall.areas as [Area];
  const layout = { ...hall, areas: [area] };
  const layers = new Map(layout.areas[0]?.layers.map((layer) => [layer.id, layer]));
  const standing: StandingBox[] = [];
  const boxes: KnownBox[] = [];
  const taken = Math.ceil(area.slots.length / boxCount);
  area.slots.forEach((slot, i) => {
    if (i % taken !== 0 || boxes.length >= boxCount || !layers.has(slot.layerId)) return;
    const no = boxes.length;
    const epc = `E280${no.toString(16).toUpperCase().padStart(20, "0")}`;
    const home = no % misplacedEvery === 7 ? (area.slots[(i + 400 * taken) % area.slots.length] ?? slot) : slot;
    boxes.push({ epc, layerId: home.layerId, middleMm: home.offsetMm + home.widthMm / 2, thicknessMm: 30, history });
    if (no % goneEvery !== 3) standing.push({ epc, thicknessMm: 30, slotId: slot.id });
  });
  const chance = seededChance("judging");
  const air = newAir(layout, newBoxRoom(layout, standing), chance.fork("air"));
  return { area, boxes, air, reader: chance.fork("reader") };
}

/** Two rounds of each of these layers' antennas, as the reader port would tell them. */
function listen({ air, reader }: Bench, layers: readonly Layer[], visit: number) {
  let atMs = visit * 1_000_000;
  const rows = layers.flatMap((layer) => {
    if (!layer.antenna) return [];
    const { readerId, port: antenna } = layer.antenna;
    return [1, 2].map(() => {
      atMs += 1_000;
      const order = { layer, powerDbm, session: 0 as const, target: "A" as const, channel: reader.below(9), atMs };
      const { reads } = air.round(order, reader);
      const sightings = reads.map((read) => ({ ...read, readerId, antenna, atMs, count: 1 }));
      return rowsOfCoverage({ readerId, antenna, roundsOffered: 1, healthy: true, fault: null, sightings }, visit);
    });
  });
  return { antennas: rows.flatMap((row) => row.antennas), heard: rows.flatMap((row) => row.heard) };
}

export async function measureJudging({ isQuick, say }: BenchOptions): Promise<Measure[]> {
  const boxCount = isQuick ? 500 : 5_000;
  const rounds = isQuick ? 3 : 9;
  const bench = fill(boxCount);
  const { area, boxes } = bench;
  const question = { area: senseArea(area), calibration: defaultCalibration, boxes };
  const first = gatherEvidence(listen(bench, area.layers, 1));
  say(`${boxes.length} boxes, ${first.heardByEpc.size} tags heard by ${first.antennas.size} antennas`);
  let belief: Belief = judge(question, first);
  const whole: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const fromMs = performance.now();
    belief = judge(question, first);
    whole.push(performance.now() - fromMs);
  }
  const aisles = area.aisles.filter(({ faces }) => faces.length === 2);
  const delta: number[] = [];
  for (let i = 0; i < 4 * rounds; i++) {
    const faces = aisles[(i * 7) % aisles.length]?.faces ?? [];
    const layers = area.layers.filter(({ column, side }) =>
      faces.some((face) => face.column === column && face.side === side),
    );
    const rows = listen(bench, layers, i + 2);
    const fromMs = performance.now();
    belief = judge(question, gatherEvidence(rows, belief.evidence), belief);
    delta.push(performance.now() - fromMs);
  }
  const thread = await deltaThroughThread(bench, rounds);
  const kilobytes = Buffer.byteLength(JSON.stringify([...belief.verdicts.values(), ...belief.tags])) / 1024;
  return [
    measured({
      name: `judging ${boxes.length} boxes from scratch`,
      value: median(whole),
      unit: "ms",
      goal: { of: "value", atMost: 1_000 },
    }),
    measured({
      name: `judging one aisle's two faces again, of ${boxes.length} boxes`,
      value: median(delta),
      unit: "ms",
      goal: { of: "value", atMost: 50 },
    }),
    measured({
      name: "a delta's first look, asked of the judge's thread, answer included",
      value: median(thread.look),
      unit: "ms",
      goal: { of: "value", atMost: 50 },
    }),
    measured({
      name: "a delta's lines, asked of the judge's thread, answer included",
      value: median(thread.lines),
      unit: "ms",
      goal: { of: "value", atMost: 50 },
    }),
    measured({ name: "what a belief holds, written out", value: kilobytes / belief.verdicts.size, unit: "KB a tag" }),
  ];
}
