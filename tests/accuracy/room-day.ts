/**
 * One seeded room and its days: sessions in which everything stands right (for calibration and histories), then the scored one
 * with boxes misplaced, gone and unknown. Every box is put back before every session, so no draw of a visit is met twice.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Air, newAir } from "../../simulators/radio/air.ts";
import { type AirRules, defaultAir } from "../../simulators/radio/parameters.ts";
import { type BoxRoom, bringBox, carryOut, moveBox, newBoxRoom, putBox } from "../../simulators/room/boxes.ts";
import { type Chance, seededChance } from "../../src/clock/chance.ts";
import type { AntennaVisit, TagHeard } from "../../src/sensing/evidence.ts";
import type { Area, Layer, Slot } from "../../src/site/layout.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";

const siteFile = fileURLToPath(new URL("../../sites/demo.yaml", import.meta.url));
const { site } = parseSite(readFileSync(siteFile, "utf8"));
if (!site) throw new Error("the demo site does not parse");
/** Columns 1 and 2 of the demo site's first area: three faces, one behind and one across another, 48 layers, 960 slots. */
const columnsKept = 2;
const [room] = site.rooms;
const [spec] = room!.areas;
const kept = {
  ...spec!,
  columns: spec!.columns
    .map((entry) => ({ ...entry, to: Math.min(entry.to ?? entry.no, columnsKept) }))
    .filter(({ no }) => no <= columnsKept),
  antennas: spec!.antennas.filter(({ column }) => column <= columnsKept),
};
const layout = layoutOf({ ...site, rooms: [{ ...room!, areas: [kept] }] });
export const area: Area = layout.areas[0]!;
const slotById = new Map(area.slots.map((slot) => [slot.id, slot]));

export interface RoomShape {
  /** Share of slots taken. */
  filled: number;
  misplaced: number;
  /** Of the misplaced, into a layer above, below or beside. */
  misplacedNear: number;
  missing: number;
  /** Tags of no box, against the number of boxes. */
  unknown: number;
  /** Columns pushed together: faces hear each other from close by. Otherwise spread as after a start. */
  areAislesClosed?: boolean;
}

export const usualShape: RoomShape = {
  filled: 0.9,
  misplaced: 0.02,
  misplacedNear: 0.6,
  missing: 0.015,
  unknown: 0.005,
};

/** What a reader would tell of one round. */
export interface RoundHeard {
  layer: Layer;
  reads: { epc: string; signalDbm: number }[];
}

export interface RoomDay {
  /** Recorded slot of every box of the catalogue. */
  homes: ReadonlyMap<string, { slot: Slot; thicknessMm: number }>;
  misplaced: ReadonlySet<string>;
  missing: ReadonlySet<string>;
  unknown: ReadonlySet<string>;
  isNearlyDead(epc: string): boolean;
  /** Layer where a tag really is; null = not in the room. */
  layerOf(epc: string): string | null;
  /** Everything in hand once and put back: a new visit. */
  putAllBack(): void;
  /** From now on the room is as the scored session finds it. */
  disturb(): void;
  /** One round of a layer's antenna, a second after the last. */
  round(layer: Layer, powerDbm?: number): RoundHeard;
}

const usualPowerDbm = 30;

export function newRoomDay(seed: string, rules: Partial<AirRules>, shape: RoomShape = usualShape): RoomDay {
  const chance = seededChance(seed);
  const fill = chance.fork("fill");
  const homes = new Map<string, { slot: Slot; thicknessMm: number }>();
  area.slots.forEach((slot, i) => {
    if (fill.next() >= shape.filled) return;
    const thicknessMm = slot.widthMm < 40 ? 30 : fill.pick([30, 40, 50]);
    homes.set(`E280${i.toString(16).toUpperCase().padStart(20, "0")}`, { slot, thicknessMm });
  });
  const standing = [...homes].map(([epc, { slot, thicknessMm }]) => ({ epc, thicknessMm, slotId: slot.id }));
  const boxes = newBoxRoom(layout, standing);
  const around = shape.areAislesClosed ? { gapMm: () => 0, people: () => 0 } : undefined;
  const air: Air = newAir(layout, boxes, chance.fork("radio"), { ...defaultAir, ...rules }, around);
  const reader = chance.fork("reader");
  const [misplaced, missing, unknown] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let atMs = 0;
  return {
    ...{ homes, misplaced, missing, unknown },
    isNearlyDead: (epc) => air.tagOf(epc).isNearlyDead,
    layerOf: (epc) => layerOf(boxes, epc),
    putAllBack() {
      for (const [epc, box] of boxes.byEpc) if (box.place.kind === "slot") moveBoxTo(boxes, epc, box.place.slotId);
    },
    disturb() {
      const own = chance.fork("disturb");
      const names = shuffled([...homes.keys()], own);
      const gone = Math.round(names.length * shape.missing);
      const moved = Math.round(names.length * shape.misplaced);
      for (const epc of names.slice(0, gone)) if (carryOut(boxes, layout, epc) === null) missing.add(epc);
      for (const epc of names.slice(gone, gone + moved))
        if (misplace(boxes, homes, epc, shape, own)) misplaced.add(epc);
      for (let i = 0; i < names.length * shape.unknown; i++) {
        const epc = `F0F0${i.toString(16).toUpperCase().padStart(20, "0")}`;
        bringBox(boxes, epc, 30);
        if (tryPut(boxes, epc, own.pick(area.slots).id)) unknown.add(epc);
      }
    },
    round(layer, powerDbm = usualPowerDbm) {
      atMs += 1_000;
      const order = { layer, powerDbm, session: 0 as const, target: "A" as const, channel: reader.below(9), atMs };
      return { layer, reads: air.round(order, reader).reads };
    },
  };
}

function moveBoxTo(boxes: BoxRoom, epc: string, slotId: string): void {
  carryOut(boxes, layout, epc);
  putBox(boxes, layout, epc, slotId);
}

function tryPut(boxes: BoxRoom, epc: string, slotId: string): boolean {
  return putBox(boxes, layout, epc, slotId) === null;
}

const triesMax = 200;

function misplace(boxes: BoxRoom, homes: RoomDay["homes"], epc: string, shape: RoomShape, chance: Chance): boolean {
  const home = homes.get(epc)!.slot.layerId;
  const isNear = chance.next() < shape.misplacedNear;
  const own = layout.layerById.get(home)!;
  const apart = (id: string) => {
    const other = layout.layerById.get(id)!;
    const isFace = other.column === own.column && other.side === own.side;
    return isFace ? Math.abs(other.bay - own.bay) + Math.abs(other.layer - own.layer) : 99;
  };
  const slots = area.slots.filter((slot) => slot.layerId !== home && (!isNear || apart(slot.layerId) === 1));
  for (let i = 0; i < triesMax; i++) if (moveBox(boxes, layout, epc, chance.pick(slots).id) === null) return true;
  return false;
}

function layerOf(boxes: BoxRoom, epc: string): string | null {
  const place = boxes.byEpc.get(epc)?.place;
  return place?.kind === "slot" ? (slotById.get(place.slotId)?.layerId ?? null) : null;
}

function shuffled<T>(list: T[], chance: Chance): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** Rounds as rows of one visit. */
export interface VisitRows {
  antennas: AntennaVisit[];
  heard: TagHeard[];
}

export function rowsOf({ layer, reads }: RoundHeard, fault: string | null = null): VisitRows {
  const { readerId, port } = layer.antenna!;
  if (fault !== null) return { antennas: [{ readerId, antenna: port, roundsHealthy: 0, fault }], heard: [] };
  const antenna = { readerId, antenna: port, roundsHealthy: 1, fault };
  const heard = reads.map(({ epc, signalDbm }) => ({
    epc,
    readerId,
    antenna: port,
    roundsAnswered: 1,
    meanDbm: signalDbm,
  }));
  return { antennas: [antenna], heard };
}
