/**
 * Lines of recorded files, added one by one → the facts that a stocktake is judged from. Only coverage lines give rounds,
 * whatever a file claims; an antenna without any in a visit gets its rounds from time: one for each window in which it reported.
 */
import { Refusal } from "../contract/errors.ts";
import type { BoxLine } from "../contract/reads.ts";
import type { Calibration } from "../sensing/calibration.ts";
import type { Layout, Slot } from "../site/layout.ts";
import type { JudgedBox } from "../stocktake/judging/lines-from-beliefs.ts";
import type { StocktakeFacts } from "../stocktake/judging/read-facts.ts";
import { NaiveRules } from "./naive-rules.ts";
import type { ParsedLine, ParsedRead } from "./parse-line.ts";

/** A tag answers a round once, however often it is read in it; a reader's round over one antenna takes less than this. */
export const windowMs = 1_000;

interface AntennaSum {
  readerId: string;
  antenna: number;
  visit: number;
  /** Null where there was no coverage line for it. */
  covered: { roundsHealthy: number; roundsFailed: number; fault: string | null } | null;
  windows: Set<number>;
}

interface TagSum {
  of: AntennaSum;
  epc: string;
  count: number;
  windows: Set<number>;
  weightedDbm: number;
  weight: number;
  lastAtMs: number;
}

export interface Gathered extends StocktakeFacts {
  layerIds: Set<string>;
  /** By EPC; only boxes whose line states it. */
  trueLayerByEpc: Map<string, string | null>;
  calibrations: Map<string, Calibration>;
  naive: NaiveRules;
  coveragesLost: number;
  /** Antennas whose rounds were derived from time. */
  derivedAntennas: number;
}

export class LineBook {
  private readonly layout: Layout;
  private readonly antennas = new Map<string, AntennaSum>();
  private readonly tags = new Map<string, TagSum>();
  private readonly boxes = new Map<string, JudgedBox>();
  private readonly truths = new Map<string, string | null>();
  private readonly calibrations = new Map<string, Calibration>();
  private readonly naive = new NaiveRules();
  private coveragesLost = 0;

  constructor(layout: Layout) {
    this.layout = layout;
  }

  /** Throws a Refusal for a line that contradicts the site file; nothing of that line is kept. */
  add(parsed: ParsedLine): void {
    if (parsed.kind === "gap") this.coveragesLost += parsed.line.coveragesLost;
    else if (parsed.kind === "calibration")
      this.addCalibration(parsed.line.areaKey, parsed.line.calibration as Calibration);
    else if (parsed.kind === "box") this.addBox(parsed.line);
    else if (parsed.kind === "read") this.addRead(parsed.line);
    else {
      const { reader, antenna, roundsOffered, fault, visit } = parsed.line;
      const sum = this.antennaOf(reader, antenna, visit);
      const before = sum.covered ?? { roundsHealthy: 0, roundsFailed: 0, fault: null };
      // As a stocktake does it: rounds add up, and the last line decides whether the antenna is healthy.
      sum.covered = {
        roundsHealthy: before.roundsHealthy + (fault === null ? roundsOffered : 0),
        roundsFailed: before.roundsFailed + (fault === null ? 0 : roundsOffered),
        fault,
      };
    }
  }

  gathered(): Gathered {
    const antennas: Gathered["antennas"] = [];
    const layerIds = new Set<string>();
    let derivedAntennas = 0;
    for (const { readerId, antenna, visit, covered, windows } of this.antennas.values()) {
      const layerId = this.layout.layerByAntenna.get(`${readerId}:${antenna}`)!.id;
      layerIds.add(layerId);
      if (!covered) derivedAntennas++;
      const { roundsHealthy, roundsFailed, fault } = covered ?? {
        roundsHealthy: windows.size,
        roundsFailed: 0,
        fault: null,
      };
      const row = { stocktakeId: "", readerId, antenna, visit, layerId, roundsHealthy, roundsFailed, fault };
      antennas.push({ ...row, roundsWanted: 0, isDone: true } as Gathered["antennas"][number]);
    }
    const heard = [...this.tags.values()].map(({ of, epc, count, windows, weightedDbm, weight, lastAtMs }) => {
      const { readerId, antenna, visit, covered } = of;
      const meanDbm = weight > 0 ? weightedDbm / weight : null;
      const roundsAnswered = covered ? count : windows.size;
      const row = { stocktakeId: "", epc, readerId, antenna, visit, roundsAnswered, meanDbm, lastAtMs };
      return row as Gathered["heard"][number];
    });
    return {
      antennas,
      heard,
      boxes: [...this.boxes.values()],
      layerIds,
      trueLayerByEpc: this.truths,
      calibrations: this.calibrations,
      naive: this.naive,
      coveragesLost: this.coveragesLost,
      derivedAntennas,
    };
  }

  private antennaOf(readerId: string, antenna: number, visit: number): AntennaSum {
    if (!this.layout.layerByAntenna.has(`${readerId}:${antenna}`))
      throw new Refusal("reads-antenna-unknown", { reader: readerId, antenna });
    const key = `${readerId}:${antenna}@${visit}`;
    const sum = this.antennas.get(key) ?? { readerId, antenna, visit, covered: null, windows: new Set<number>() };
    this.antennas.set(key, sum);
    return sum;
  }

  private addRead({ reader, antenna, epc, signalDbm, atMs, count, visit }: ParsedRead): void {
    const of = this.antennaOf(reader, antenna, visit);
    const key = `${epc}@${reader}:${antenna}@${visit}`;
    const sum = this.tags.get(key) ?? {
      ...{ of, epc, count: 0, windows: new Set<number>(), weightedDbm: 0, weight: 0, lastAtMs: 0 },
    };
    this.tags.set(key, sum);
    const window = Math.floor(atMs / windowMs);
    of.windows.add(window);
    sum.windows.add(window);
    sum.count += count;
    if (signalDbm !== null) {
      sum.weightedDbm += signalDbm * count;
      sum.weight += count;
    }
    sum.lastAtMs = Math.max(sum.lastAtMs, atMs);
    this.naive.add(epc, this.layout.layerByAntenna.get(`${reader}:${antenna}`)!.id, { signalDbm, atMs, count });
  }

  private addCalibration(areaKey: string, calibration: Calibration): void {
    if (!this.layout.areas.some((area) => `${area.roomId}.${area.id}` === areaKey))
      throw new Refusal("reads-place-unknown", { place: areaKey });
    this.calibrations.set(areaKey, calibration);
  }

  private addBox(line: BoxLine): void {
    const { epc, barcode, locationCode, layerId, thicknessMm, trueLayerId } = line;
    const slot = locationCode ? this.slotOf(locationCode) : null;
    const standsIn = slot?.layerId ?? layerId ?? null;
    for (const place of [standsIn, trueLayerId ?? null])
      if (place !== null && !this.layout.layerById.has(place)) throw new Refusal("reads-place-unknown", { place });
    if (trueLayerId !== undefined) this.truths.set(epc, trueLayerId);
    this.boxes.set(epc, {
      boxId: epc,
      barcode: barcode ?? epc,
      epc,
      place: standsIn === null ? "unknown" : "slot",
      layerId: standsIn,
      locationCode: slot?.locationCode ?? null,
      middleMm: slot ? slot.offsetMm + slot.widthMm / 2 : null,
      // Missing: treated as the narrowest.
      thicknessMm: thicknessMm ?? 0,
      history: { roundsOffered: line.roundsOffered ?? 0, roundsAnswered: line.roundsAnswered ?? 0 },
      ...{ sinceMs: 0, holderName: null, earlier: [], changedRevision: null },
    });
  }

  private slotOf(locationCode: string): Slot {
    const slot = this.layout.slotByCode.get(locationCode) ?? this.layout.slotById.get(locationCode);
    if (!slot) throw new Refusal("reads-place-unknown", { place: locationCode });
    return slot;
  }
}
