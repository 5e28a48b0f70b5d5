/**
 * Probabilities of one antenna's reads and misses of a place, kept in tables, so that a tag costs only the antennas that read it.
 */
import type { HeardTable } from "./calibration.ts";
import { logMeanPower } from "./read-chance.ts";
import { relationCount, type SensedArea, thirds } from "./sensed-area.ts";

/** Probabilities up to this many rounds are stored; longer visits are rare. */
const keptRounds = 31;

export interface AntennaChances {
  /** log probability of one given order of `answered` among `offered` rounds, for an antenna that does not own the place. */
  logHear(antenna: number, relation: number, answered: number, offered: number): number;
  /** For each third of a layer: log probability that every antenna but its own is silent. */
  silentOf(layer: number): Float64Array;
  /** Healthy rounds of a layer's own antenna; 0 = not covered. */
  ownRounds(layer: number): number;
}

/** `rounds`: healthy rounds of each antenna. */
export function antennaChances(area: SensedArea, table: HeardTable, rounds: readonly number[]): AntennaChances {
  const kept = new Map<number, number>();
  const silentByLayer: (Float64Array | undefined)[] = [];

  function logHear(antenna: number, relation: number, answered: number, offered: number): number {
    const { hear } = table.at(antenna, relation);
    if (offered > keptRounds) return logMeanPower(hear, answered, offered - answered);
    const key = ((antenna * relationCount + relation) * 32 + answered) * 32 + offered;
    let value = kept.get(key);
    if (value === undefined) {
      value = logMeanPower(hear, answered, offered - answered);
      kept.set(key, value);
    }
    return value;
  }

  function silentOf(layer: number): Float64Array {
    let sums = silentByLayer[layer];
    if (!sums) {
      sums = new Float64Array(thirds);
      for (const layerAntenna of area.layerAntennas[layer]!) {
        const offered = rounds[layerAntenna.antenna]!;
        if (offered === 0 || layerAntenna.isOwn) continue;
        for (let third = 0; third < thirds; third++) {
          const relation = layerAntenna.relations[third]!;
          if (table.listens(layerAntenna.antenna, relation))
            sums[third]! += logHear(layerAntenna.antenna, relation, 0, offered);
        }
      }
      silentByLayer[layer] = sums;
    }
    return sums;
  }

  const ownRounds = (layer: number) => {
    const own = area.layerAntennas[layer]![0];
    return own?.isOwn ? rounds[own.antenna]! : 0;
  };

  return { logHear, silentOf, ownRounds };
}
