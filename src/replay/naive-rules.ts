/** The conclusions of simple systems from the same reads: the antenna that reads loudest, or the one that read last. */

interface Heard {
  byLayer: Map<string, { weightedDbm: number; weight: number }>;
  lastLayerId: string;
  lastAtMs: number;
}

export class NaiveRules {
  private readonly heard = new Map<string, Heard>();

  add(epc: string, layerId: string, read: { signalDbm: number | null; atMs: number; count: number }): void {
    const { signalDbm, atMs, count } = read;
    const known = this.heard.get(epc) ?? { byLayer: new Map(), lastLayerId: layerId, lastAtMs: atMs };
    this.heard.set(epc, known);
    const sum = known.byLayer.get(layerId) ?? { weightedDbm: 0, weight: 0 };
    known.byLayer.set(layerId, sum);
    if (signalDbm !== null) {
      sum.weightedDbm += signalDbm * count;
      sum.weight += count;
    }
    // If two have the same time the later line counts, as the later message would.
    if (atMs >= known.lastAtMs) Object.assign(known, { lastLayerId: layerId, lastAtMs: atMs });
  }

  /** Null: not read, and therefore missing by this rule. */
  strongest(epc: string): string | null {
    let best: string | null = null;
    let bestDbm = Number.NEGATIVE_INFINITY;
    for (const [layerId, { weightedDbm, weight }] of this.heard.get(epc)?.byLayer ?? []) {
      const dbm = weight > 0 ? weightedDbm / weight : -200;
      if (dbm <= bestDbm) continue;
      bestDbm = dbm;
      best = layerId;
    }
    return best;
  }

  last(epc: string): string | null {
    return this.heard.get(epc)?.lastLayerId ?? null;
  }
}
