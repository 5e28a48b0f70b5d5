/** Learns about antennas from boxes known to be right: how often and how loud tags were read, by antenna and relation. */
import type { Evidence } from "./evidence.ts";
import type { KnownBox } from "./judge.ts";
import { type SensedArea, thirdOf } from "./sensed-area.ts";

/** One counting session over boxes whose places are known to be right (reference tags, or boxes just scanned). */
export interface KnownSession {
  evidence: Evidence;
  boxes: readonly KnownBox[];
}

export interface Pair {
  tag: string;
  antenna: number;
  relation: number;
  offered: number;
  answered: number;
  signalDbm: number | null;
}

export interface Pairs {
  pairs: Pair[];
  /** Far antennas are many and silent: only their sum is kept. */
  far: { offered: number; answered: number; signals: number[] };
  boxes: number;
}

/** Boxes that their own antenna did not read teach nothing: they may be missing, or their tags nearly dead. */
export function pairsOf(area: SensedArea, sessions: readonly KnownSession[]): Pairs {
  const pairs: Pair[] = [];
  const far: Pairs["far"] = { offered: 0, answered: 0, signals: [] };
  const seen = new Set<string>();
  for (const { evidence, boxes } of sessions) {
    const rounds = area.antennas.map(({ key }) => evidence.antennas.get(key)?.roundsOffered ?? 0);
    const allRounds = rounds.reduce((sum, offered) => sum + offered, 0);
    for (const box of boxes) {
      const tag = box.epc.toUpperCase();
      const layer = box.layerId === null ? undefined : area.layerIndex.get(box.layerId);
      const heard = new Map(evidence.heardByEpc.get(tag)?.map((one) => [area.antennaIndex.get(one.key), one]));
      if (layer === undefined || box.middleMm == null) continue;
      const layerAntennas = area.layerAntennas[layer]!;
      const own = layerAntennas[0]?.isOwn ? layerAntennas[0].antenna : undefined;
      if (own === undefined || !heard.has(own)) continue;
      seen.add(tag);
      const third = thirdOf(box.middleMm, area.layers[layer]!.usableWidthMm);
      far.offered += allRounds;
      for (const layerAntenna of layerAntennas) {
        const offered = rounds[layerAntenna.antenna]!;
        far.offered -= offered;
        if (offered === 0) continue;
        const one = heard.get(layerAntenna.antenna);
        heard.delete(layerAntenna.antenna);
        const relation = layerAntenna.relations[third]!;
        const answered = one?.roundsAnswered ?? 0;
        pairs.push({
          tag,
          antenna: layerAntenna.antenna,
          relation,
          offered,
          answered,
          signalDbm: one?.signalDbm ?? null,
        });
      }
      for (const [antenna, one] of heard) {
        if (antenna === undefined) continue;
        far.answered += one.roundsAnswered;
        if (one.signalDbm !== null) far.signals.push(one.signalDbm);
      }
    }
  }
  return { pairs, far, boxes: seen.size };
}

/** Lists by key, in order of first appearance. */
export function groupsBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
