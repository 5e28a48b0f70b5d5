/**
 * What one inventory round of one layer's antenna hears. A plain noise model: reads are missed more often by some tags than by
 * others, neighbours are overheard, signal strength shifts with every put-back. Parameters from shared design 3-radio.
 */
import type { Chance } from "../../src/clock/chance.ts";
import type { Layer, Layout } from "../../src/site/layout.ts";
import type { BoxRoom, TwinBox } from "../room/boxes.ts";

export interface AirRules {
  /** Mean chance that a healthy tag answers one round of its own antenna. */
  readChance: number;
  /** Share of tags that hardly ever answer. */
  nearlyDeadShare: number;
  nearlyDeadReadChance: number;
  /** Chance that a tag one layer up or down is overheard. */
  layerStrayChance: number;
  /** The same for the near half of the neighbouring bay. */
  bayStrayChance: number;
  /** Fixed time of a round and time of each answer. */
  roundMs: number;
  tagMs: number;
  ownDbm: number;
  layerStrayDbm: number;
  bayStrayDbm: number;
  /** One draw for each put-back of a tag before an antenna. */
  visitSdDb: number;
  readSdDb: number;
  floorDbm: number;
}

export const defaultAir: AirRules = {
  readChance: 0.97,
  nearlyDeadShare: 0,
  nearlyDeadReadChance: 0.15,
  layerStrayChance: 0.05,
  bayStrayChance: 0.06,
  roundMs: 14,
  tagMs: 2,
  ownDbm: -52,
  layerStrayDbm: -62,
  bayStrayDbm: -64,
  visitSdDb: 2.45,
  readSdDb: 0.4,
  floorDbm: -84,
};

export interface AirRead {
  epc: string;
  signalDbm: number;
}

export interface Air {
  rules: AirRules;
  /** One round at `powerDbm`; `chance` is the reader's own. */
  round(layer: Layer, powerDbm: number, chance: Chance): AirRead[];
  /** Air time of a round that heard `reads` tags. */
  roundMs(reads: number): number;
}

interface Ear {
  layerId: string;
  readChance: number;
  signalDbm: number;
  /** Only slots on this half of the layer are near enough. */
  half: "left" | "right" | null;
}

export function newAir(layout: Layout, boxes: BoxRoom, chance: Chance, rules: AirRules = defaultAir): Air {
  const misses = new Map<string, number>();
  const visits = new Map<string, { visit: number; db: number }>();
  const ears = new Map<string, Ear[]>();
  const tags = chance.fork("tags");

  /** Misses are exponential over tags: a pair of misses is then twice as likely as independence says, as measured. */
  function missOf(epc: string): number {
    let miss = misses.get(epc);
    if (miss === undefined) {
      const own = tags.fork(epc);
      const isDead = own.next() < rules.nearlyDeadShare;
      const drawn = -(1 - rules.readChance) * Math.log(1 - own.next());
      miss = isDead ? 1 - rules.nearlyDeadReadChance : Math.min(0.6, drawn);
      misses.set(epc, miss);
    }
    return miss;
  }

  function visitDb(box: TwinBox, layerId: string): number {
    const key = `${box.epc}@${layerId}`;
    const known = visits.get(key);
    if (known?.visit === box.visit) return known.db;
    const db = tags.fork(`${key}#${box.visit}`).normal(rules.visitSdDb);
    visits.set(key, { visit: box.visit, db });
    return db;
  }

  function earsOf(layer: Layer): Ear[] {
    const known = ears.get(layer.id);
    if (known) return known;
    const at = (bay: number, no: number) => `${layer.roomId}.${layer.areaId}.${layer.column}${layer.side}.${bay}.${no}`;
    const list: Ear[] = [
      { layerId: layer.id, readChance: 1, signalDbm: rules.ownDbm, half: null },
      ...[-1, 1].map(
        (d): Ear => ({
          layerId: at(layer.bay, layer.layer + d),
          readChance: rules.layerStrayChance,
          signalDbm: rules.layerStrayDbm,
          half: null,
        }),
      ),
      ...[-1, 1].map(
        (d): Ear => ({
          layerId: at(layer.bay + d, layer.layer),
          readChance: rules.bayStrayChance,
          signalDbm: rules.bayStrayDbm,
          half: d < 0 ? "right" : "left",
        }),
      ),
    ];
    ears.set(layer.id, list);
    return list;
  }

  function isOnHalf(box: TwinBox, half: Ear["half"], widthMm: number): boolean {
    if (half === null || box.place.kind !== "slot") return true;
    const offsetMm = layout.slotById.get(box.place.slotId)?.offsetMm ?? 0;
    return half === "left" ? offsetMm < widthMm / 2 : offsetMm >= widthMm / 2;
  }

  return {
    rules,
    roundMs: (reads) => rules.roundMs + reads * rules.tagMs,
    round(layer, powerDbm, own) {
      const reads: AirRead[] = [];
      // Full reach from 26 dBm up, none below 12: enough for "other power" to mean something.
      const reach = Math.min(1, Math.max(0, (powerDbm - 12) / 14));
      for (const ear of earsOf(layer)) {
        for (const box of boxes.byLayer.get(ear.layerId) ?? []) {
          if (own.next() >= ear.readChance * reach * (1 - missOf(box.epc))) continue;
          if (!isOnHalf(box, ear.half, layer.usableWidthMm)) continue;
          const signal = ear.signalDbm + powerDbm - 30 + visitDb(box, layer.id) + own.normal(rules.readSdDb);
          reads.push({ epc: box.epc, signalDbm: Math.max(rules.floorDbm, Math.round(signal)) });
        }
      }
      return reads;
    },
  };
}
