/** What changes in the room changes what is heard: boxes, aisles, people, power, flags. */
import { describe, expect, it } from "vitest";
import { seededChance } from "../../src/clock/chance.ts";
import type { Layer } from "../../src/site/layout.ts";
import { newBoxRoom, putBox, takeBox } from "../room/boxes.ts";
import { demoLayout, demoStanding } from "../test-twin.ts";
import { newAir, type RoundOrder } from "./air.ts";
import { couplingDb } from "./coupling.ts";
import { echoDb, patternDb } from "./link-budget.ts";
import { calmAir, defaultAir } from "./parameters.ts";

const layer = demoLayout.layerById.get("r1.1.2B.2.2") as Layer;
const order = (more: Partial<RoundOrder> = {}): RoundOrder => ({
  ...{ layer, powerDbm: 30, session: 0, target: "A", channel: 3, atMs: 0 },
  ...more,
});

function bench(rules = defaultAir, seed = 1) {
  const around = { gap: 30, people: 0 };
  const boxes = newBoxRoom(demoLayout, demoStanding);
  const surroundings = { gapMm: () => around.gap, people: () => around.people };
  const air = newAir(demoLayout, boxes, seededChance(seed), rules, surroundings);
  const placeOf = (epc: string) => {
    const place = boxes.byEpc.get(epc)?.place;
    return place?.kind === "slot" ? place.slotId : "";
  };
  const heard = (rounds: number, more: Partial<RoundOrder> = {}) => {
    const chance = seededChance("reader");
    return Array.from({ length: rounds }, () => air.round(order(more), chance).reads).flat();
  };
  return { around, boxes, air, placeOf, heard, isAcross: (epc: string) => placeOf(epc).startsWith("r1.1.3A.") };
}

describe("the air of a room", () => {
  it("hears the opposite face through a closed aisle, hardly past a person, and not across an open one", () => {
    const { around, heard, isAcross } = bench();
    const across = () => heard(40).filter(({ epc }) => isAcross(epc)).length;
    const closed = across();
    expect(closed).toBeGreaterThan(20);
    around.people = 1;
    expect(across()).toBeLessThan(closed / 4);
    around.people = 0;
    around.gap = 900;
    expect(across()).toBeLessThan(closed / 20);
  });

  it("hears a box no longer once it is gone, and again when it is back, as another visit", () => {
    const { boxes, air, placeOf, heard } = bench(calmAir);
    const epc = heard(1)[0]?.epc ?? "";
    const slotId = placeOf(epc);
    const linkOf = () => air.linksOf(layer).find((link) => link.epc === epc);
    const before = linkOf();
    takeBox(boxes, demoLayout, epc, "anna");
    expect(heard(20).some((read) => read.epc === epc)).toBe(false);
    putBox(boxes, demoLayout, epc, slotId);
    expect(heard(20).filter((read) => read.epc === epc).length).toBeGreaterThan(15);
    // The place is the same, but the put-back draws new random values.
    expect(linkOf()?.marginDb).toBeCloseTo(before?.marginDb ?? 0, 9);
    expect(linkOf()?.signalDbm).not.toBeCloseTo(before?.signalDbm ?? 0, 3);
  });

  it("hears less with less power", () => {
    const { heard } = bench();
    const counts = [33, 30, 27, 24, 15].map((powerDbm) => heard(20, { powerDbm }).length);
    for (let i = 1; i < counts.length; i++) expect(counts[i]).toBeLessThan(counts[i - 1] as number);
    expect(counts.at(-1)).toBe(0);
  });

  it("lets a tag keep quiet in session 1 until its flag decays, and answer target B meanwhile", () => {
    const { heard } = bench(calmAir);
    const all = heard(1, { session: 1 }).length;
    expect(all).toBeGreaterThan(8);
    expect(heard(1, { session: 1, atMs: 100 }).length).toBeLessThan(all / 3);
    expect(heard(1, { session: 1, atMs: 110 }).length).toBeLessThan(all / 3);
    expect(heard(1, { session: 1, atMs: 6000 }).length).toBeGreaterThan(all * 0.8);
    expect(heard(1, { session: 1, target: "B", atMs: 6100 }).length).toBeGreaterThan(all * 0.8);
    expect(heard(1, { session: 0, atMs: 6100 }).length).toBeGreaterThan(all * 0.8);
  });

  it("is the same again from the same seed and another from another", () => {
    expect(bench(defaultAir, 5).heard(10)).toEqual(bench(defaultAir, 5).heard(10));
    expect(bench(defaultAir, 5).heard(10)).not.toEqual(bench(defaultAir, 6).heard(10));
  });
});

describe("losses by the book", () => {
  it("couples by distance: 4.4·exp(−s/20), more when touching, capped", () => {
    expect(couplingDb(Infinity, Infinity, defaultAir)).toBe(0);
    expect(couplingDb(20, Infinity, defaultAir)).toBeCloseTo(4.4 / Math.E, 9);
    expect(couplingDb(5, 100, defaultAir)).toBeGreaterThan(6);
    expect(couplingDb(1, 1, defaultAir)).toBe(10);
  });

  it("fades where the echo comes back inverted and gains where it comes in step", () => {
    // Γ is negative: equal paths cancel, half a wavelength of difference adds.
    expect(echoDb(1000, 1000, defaultAir)).toBeCloseTo(20 * Math.log10(0.2), 6);
    expect(echoDb(1000, 1162.5, defaultAir)).toBeGreaterThan(4);
  });

  it("loses 20·q·log10(cos θ) two-way off the axis", () => {
    expect(2 * patternDb(0.5, defaultAir)).toBeCloseTo(20 * 0.95 * Math.log10(2), 9);
    expect(2 * patternDb(-1, defaultAir)).toBe(defaultAir.patternFloorDb);
  });
});
