import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededChance } from "../../clock/chance.ts";
import { layoutOf } from "../../site/layout.ts";
import { parseSite } from "../../site/parse-site.ts";
import type { JudgedBox } from "../judging/lines-from-beliefs.ts";
import { planningJudge, type StocktakeInput } from "../judging/planning-judge.ts";
import type { StocktakeFacts } from "../judging/read-facts.ts";
import { layersAround } from "./layers-around.ts";

const { site } = parseSite(readFileSync(new URL("../../../sites/demo.yaml", import.meta.url), "utf8"));
const layout = layoutOf(site!);
const area = layout.areas[0]!;
const read = area.layers.filter(({ aisle }) => aisle === 2);
const layerIds = read.map(({ id }) => id);

/**
 * A room that is nine tenths full, and the reads of a delta stocktake of its second aisle: boxes in place, strays, unknown tags,
 * and boxes of distant columns.
 */
function count(kind: StocktakeInput["kind"], seed: number): StocktakeInput {
  const chance = seededChance(`around/${seed}`);
  const facts: StocktakeFacts = { antennas: [], heard: [], boxes: [] };
  for (const { id: layerId, antenna } of read) {
    if (!antenna) continue;
    const fault = chance.next() < 0.1 ? "timeout" : null;
    const rounds = { roundsWanted: 2, roundsOffered: 2, roundsHealthy: fault ? 0 : 2, roundsFailed: 0, isDone: true };
    const { readerId, port } = antenna;
    facts.antennas.push({ stocktakeId: "s", layerId, readerId, antenna: port, fault, ...rounds });
  }
  const hear = (epc: string, at: number, meanDbm: number) => {
    const row = facts.antennas[at];
    if (!row || row.fault) return;
    const { readerId, antenna } = row;
    const counts = { count: 2, roundsAnswered: 1 + chance.below(2), meanDbm, lastAtMs: 5 };
    facts.heard.push({ stocktakeId: "s", readerId, antenna, epc, ...counts });
  };
  area.slots.forEach((slot, i) => {
    if (chance.next() > 0.9) return;
    const boxId = `E${i}`;
    const history = { roundsOffered: 8, roundsAnswered: chance.pick([8, 8, 7, 2]) };
    const { layerId, locationCode } = slot;
    const box: JudgedBox = {
      ...{ boxId, barcode: boxId, epc: boxId, place: "slot", layerId, locationCode, history, sinceMs: 0 },
      ...{ middleMm: slot.offsetMm + slot.widthMm / 2, thicknessMm: chance.pick([30, 50]) },
      ...{ holderName: null, earlier: [], changedRevision: null },
    };
    facts.boxes.push(box);
    const own = facts.antennas.findIndex((row) => row.layerId === layerId);
    if (own !== -1 && chance.next() < 0.9) hear(boxId, own, -60 + 5 * chance.next());
    if (own !== -1 && chance.next() < 0.1) hear(boxId, own + 1, -69 + 5 * chance.next());
    if (own === -1 && chance.next() < 0.001) hear(boxId, chance.below(facts.antennas.length), -62);
  });
  for (let i = 0; i < 3; i++) hear(`F${i}`, chance.below(facts.antennas.length), -64);
  return { stocktakeId: "s", kind, layerIds, barcodes: null, presentMax: 1e-3, calibrations: new Map(), facts };
}

describe("boxes around an aisle", () => {
  const kinds = ["delta", "full"] as const;
  it.each(kinds)(
    "are all that a %s count must know to say what it would say of the whole area",
    { timeout: 120_000 },
    async (kind) => {
      expect(layersAround(layout, layerIds, []).length).toBeLessThan(area.layers.length / 2);
      await fc.assert(
        fc.asyncProperty(fc.nat(), async (seed) => {
          const whole = count(kind, seed);
          const heard = new Set(whole.facts.heard.map(({ epc }) => epc));
          const homes = whole.facts.boxes.flatMap((box) => (heard.has(box.epc!) ? (box.layerId ?? []) : []));
          const around = new Set(layersAround(layout, layerIds, homes));
          const boxes = whole.facts.boxes.filter((box) => around.has(box.layerId!) || heard.has(box.epc!));
          expect(boxes.length).toBeLessThan(whole.facts.boxes.length);
          const few = { ...whole, facts: { ...whole.facts, boxes } };
          const said = (input: StocktakeInput) => {
            const judge = planningJudge(layout);
            const { orders } = judge.plan(input, new Map());
            const { lines } = judge.lines(input);
            return {
              orders,
              lines: lines.map(({ verdict, ...line }) => ({ ...line, p: verdict?.probability.toFixed(6) })),
            };
          };
          expect(said(few)).toEqual(said(whole));
        }),
        { numRuns: 5 },
      );
    },
  );
});
