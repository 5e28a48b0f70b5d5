/** A belief, or what a naive rule says, against the truth of the room. */
import type { Belief } from "../../src/sensing/judge.ts";
import type { RoomDay, RoundHeard } from "./room-day.ts";
import { addSaid, emptyTally, type Reliability, type Tally } from "./tally.ts";

/** What a method says of a box. */
export interface Said {
  layerId: string | null;
  isHeard: boolean;
  isLost: boolean;
  isUnreadable: boolean;
  /** It says neither present nor gone: nothing was asked, or the tag does not answer. */
  isOpen: boolean;
  /** It names the layer for certain. */
  isCertain: boolean;
}

export function score(day: RoomDay, said: (epc: string) => Said, rounds: number): Tally {
  const tally = emptyTally();
  tally.rounds = rounds;
  for (const [epc, { slot }] of day.homes) {
    const truth = day.layerOf(epc);
    const { layerId, isHeard, isLost, isUnreadable, isOpen, isCertain } = said(epc);
    const isDead = day.isNearlyDead(epc);
    tally.boxes++;
    if (isLost) tally.lost++;
    if (truth === null) {
      tally.missing++;
      if (isLost) tally.lostRight++;
      if (isOpen) tally.missingOpen++;
      else if (layerId === null) tally.missingFound++;
      else tally.falsePresent++;
      continue;
    }
    if (isLost) tally.falseLost++;
    if (isCertain && truth === slot.layerId && layerId !== truth) tally.falseMoved++;
    if (isDead) {
      tally.nearlyDead++;
      if (!isHeard) tally.deadSilent++;
      if (!isHeard && isUnreadable) tally.unreadableListed++;
      continue;
    }
    tally.readable++;
    if (isHeard) tally.found++;
    if (layerId === truth) tally.layerRight++;
    if (isHeard) tally.heard++;
    if (isHeard && layerId === truth) tally.heardRight++;
    if (!day.misplaced.has(epc)) continue;
    tally.misplaced++;
    if (layerId === truth) tally.misplacedFound++;
    if (layerId !== slot.layerId || !isCertain) tally.misplacedFlagged++;
  }
  return tally;
}

export function saidBy(belief: Belief): (epc: string) => Said {
  return (epc) => {
    const verdict = belief.verdicts.get(epc);
    const outcome = verdict?.outcome ?? "notCovered";
    return {
      layerId: verdict?.layerId ?? null,
      isHeard: belief.evidence.heardByEpc.has(epc),
      isLost: outcome === "lost",
      isUnreadable: outcome === "unreadable",
      isOpen: outcome === "unreadable" || outcome === "notCovered",
      isCertain: outcome === "confirmed" || outcome === "contradicted",
    };
  };
}

/** The two rules of today's shelves: the antenna that hears loudest, or the last that heard; not heard is missing. */
export function saidNaively(rule: "strongest" | "last", rounds: readonly RoundHeard[]): (epc: string) => Said {
  const sums = new Map<string, Map<string, { sum: number; reads: number }>>();
  const last = new Map<string, string>();
  for (const { layer, reads } of rounds) {
    for (const { epc, signalDbm } of reads) {
      last.set(epc, layer.id);
      const byLayer = sums.get(epc) ?? new Map<string, { sum: number; reads: number }>();
      sums.set(epc, byLayer);
      const { sum, reads: count } = byLayer.get(layer.id) ?? { sum: 0, reads: 0 };
      byLayer.set(layer.id, { sum: sum + signalDbm, reads: count + 1 });
    }
  }
  return (epc) => {
    const ranked = [...(sums.get(epc) ?? [])].sort(([, a], [, b]) => b.sum / b.reads - a.sum / a.reads);
    const layerId = rule === "last" ? (last.get(epc) ?? null) : (ranked[0]?.[0] ?? null);
    const isHeard = layerId !== null;
    return { layerId, isHeard, isLost: !isHeard, isUnreadable: false, isOpen: false, isCertain: isHeard };
  };
}

/** Stated probability of the layer of everything heard, and of absence of everything silent. */
export function checkStated(day: RoomDay, belief: Belief, layer: Reliability, absence: Reliability): void {
  for (const [epc, verdict] of belief.verdicts) {
    const truth = day.layerOf(epc);
    if (belief.evidence.heardByEpc.has(epc)) addSaid(layer, verdict.probability, verdict.layerId === truth);
    else if (verdict.outcome !== "notCovered") addSaid(absence, 1 - verdict.present, truth === null);
  }
}
