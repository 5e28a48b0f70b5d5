/** The cost of a controller's status for the gateway and every console while thousands of findings stand. */
import { expect, test } from "vitest";
import { demoLayout } from "../../simulators/test-twin.ts";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Context } from "../context.ts";
import type { AreaView } from "../contract/aisles.ts";
import type { AisleAttention, AttentionNow, Finding } from "../contract/attention.ts";
import { areaStates } from "../server/area-states.ts";
import { firstAreaState } from "../shelving/area-state.ts";
import { goodStatus } from "../shelving/exploring/alphabet.ts";
import { driveArea } from "./area-drive.ts";

const area = demoLayout.areas[0] as (typeof demoLayout.areas)[number];
const areaKey = "r1.1";
const findingsAnAisle = 50;

/** As many findings as an aisle shows, each as long as the demo's. */
function findings(aisle: number): Finding[] {
  return Array.from({ length: findingsAnAisle }, (_, i) => ({
    ...{
      id: `0197f3c2-0000-7000-8000-${aisle}${String(i).padStart(10, "0")}`,
      class: "missing",
      certainty: "suspected",
    },
    ...{ boxId: `0197f3c2-1111-7000-8000-${aisle}${String(i).padStart(10, "0")}`, barcode: `B${aisle}${i}` },
    ...{ epc: "E28011700000020A7C5B1F3D", expectedCode: "r1-1-03-A-02-4-017", seenCode: null },
    zh: "读了 6 轮，这一层的天线都在工作，周围的盒子都应答了，只有它没有应答：很可能不在架上。",
    en: "Read six times while the antennas of its layer worked and the boxes around it answered: most likely it is not there.",
    ...{ stocktakeId: "0197f3c2-2222-7000-8000-000000000001", foundAtMs: 1_767_571_200_000 },
  })) as Finding[];
}

function openArea() {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  let written = 0;
  const aisles = area.aisles.map(({ no: aisle }): AisleAttention => {
    const list = findings(aisle);
    const one = {
      aisle,
      delta: "counted" as const,
      stocktakeId: "s",
      layersTotal: 2,
      layersCovered: 2,
      findings: list,
    };
    // Counts how often it is serialised.
    return Object.defineProperty(one, "toJSON", {
      value: () => {
        written++;
        return { ...one };
      },
    });
  });
  let attention: AttentionNow = { version: "a", aisles };
  const views: AreaView[] = [];
  const kept = { epoch: 1, wireId: 0, inhibited: false, isHeldForLocks: false, roomAlarm: null, needsReset: false };
  const drive = driveArea({
    context: { clock, newId: () => "id" } as unknown as Context,
    start: { areaKey, spec: area.spec, ...kept, locks: [], stopsFirst: false },
    cannotKeep: [],
    order: async () => null,
    isDriven: () => true,
    isHeard: () => true,
    light: async () => null,
    store: () => {},
    stored: async () => true,
    onView: (view) => void views.push(view),
    onAlarm: () => {},
    onFailure: () => {},
    attentionOf: () => attention,
  });
  return {
    ...{ clock, drive, views, aisles },
    writtenOut: () => written,
    changeTo: (now: AttentionNow) => {
      attention = now;
    },
    /** A carriage has rolled on. */
    status(positionMm: number) {
      const columns = goodStatus().columns.map((column) => ({ ...column, positionMm }));
      drive.seen({ ...firstAreaState({ epoch: 1, wireId: 0 }), status: goodStatus({ columns }), link: "up" });
    },
  };
}

test("no status writes out a finding; a change is shown with the next one, or without any", () => {
  const { drive, views, aisles, writtenOut, changeTo, status, clock } = openArea();
  for (let i = 0; i < 100; i++) {
    clock.advance(100);
    status(i);
  }
  expect(views).toHaveLength(100);
  expect(writtenOut()).toBe(0);
  expect(views.at(-1)?.attention).toHaveLength(area.aisles.length);
  drive.show();
  expect(views).toHaveLength(100);
  changeTo({ version: "b", aisles: aisles.slice(1) });
  drive.show();
  expect(views).toHaveLength(101);
  expect(views.at(-1)).toMatchObject({ attentionVersion: "b", attention: { length: area.aisles.length - 1 } });
});

test("what goes to a console for a status does not grow with what was found", () => {
  const { views, status, clock } = openArea();
  const bytes: number[] = [];
  let changes = 0;
  const states = areaStates({
    clock,
    area: (push) => void bytes.push(Buffer.byteLength(JSON.stringify(push))),
    attention: () => changes++,
  });
  const rounds = 200;
  const took = { before: 0, now: 0 };
  for (let i = 0; i < rounds; i++) {
    clock.advance(100);
    status(i);
    const view = views.at(-1) as AreaView;
    // The former way: compared as a whole with the one before, and sent whole.
    let startedMs = performance.now();
    JSON.stringify({ ...view, atMs: 0 });
    const whole = JSON.stringify(view);
    took.before += performance.now() - startedMs;
    startedMs = performance.now();
    JSON.stringify({ ...view, atMs: 0, attention: null });
    states.push(view);
    took.now += performance.now() - startedMs;
    if (i === rounds - 1)
      console.log(
        `a push of an area, ${area.aisles.length} aisles with ${findingsAnAisle} findings each: ${Buffer.byteLength(whole)} bytes and ${(took.before / rounds).toFixed(2)} ms whole; ${bytes.at(-1)} bytes and ${(took.now / rounds).toFixed(2)} ms without what did not change`,
      );
  }
  expect(bytes).toHaveLength(rounds);
  expect(changes).toBe(0);
  expect(Math.max(...bytes)).toBeLessThan(8_192);
});
