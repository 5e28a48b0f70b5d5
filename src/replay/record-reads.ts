/** RECORD_READS: writes down all answers of readers as they come, whichever part of the gateway asked. */
import type { Clock } from "../clock/clock.ts";
import type { AreaView } from "../contract/aisles.ts";
import type { ReaderPort } from "../contract/ports.ts";
import { linesOfCoverage } from "../contract/reads.ts";
import type { Layout } from "../site/layout.ts";
import { type ReadRecorder, readRecorder } from "./read-recorder.ts";

export interface RecordedReaders {
  /** The same readers, with every inventory recorded. */
  readers: ReadonlyMap<string, ReaderPort>;
  /** An aisle that opens or closes exposes its faces, so a new visit begins there. */
  seen(view: Pick<AreaView, "areaKey" | "openAisle">): void;
  flush(): Promise<void>;
}

export function recordReads(options: {
  layout: Layout;
  readers: ReadonlyMap<string, ReaderPort>;
  /** Null: nothing is recorded. */
  folder: string | null;
  clock: Clock;
  onFailure(error: unknown): void;
  recorder?: ReadRecorder;
}): RecordedReaders {
  const { layout, readers, folder, clock } = options;
  if (folder === null) return { readers, seen: () => {}, flush: async () => {} };
  const recorder = options.recorder ?? readRecorder(folder, clock.nowMs, options.onFailure);
  // Events before the start are unknown, so a visit begins everywhere.
  const startedAtMs = Math.round(clock.nowMs());
  const openAisles = new Map<string, number | null>();
  const exposedAtMs = new Map<string, number>();

  function visitOf(readerId: string, antenna: number): number {
    const layer = layout.layerByAntenna.get(`${readerId}:${antenna}`);
    return (layer && exposedAtMs.get(`${layer.roomId}.${layer.areaId}/${layer.aisle}`)) ?? startedAtMs;
  }

  function recorded(port: ReaderPort): ReaderPort {
    const { readerId, antennaCount } = port;
    const powerDbm = layout.deviceById.get(readerId)?.powerDbm ?? null;
    return {
      readerId,
      antennaCount,
      async *inventory(request) {
        for await (const coverage of port.inventory(request)) {
          const visit = visitOf(readerId, coverage.antenna);
          recorder.add(linesOfCoverage(coverage, { powerDbm, atMs: Math.round(clock.nowMs()), visit }));
          yield coverage;
        }
      },
      onSighting: (listener) => port.onSighting(listener),
    };
  }

  return {
    readers: new Map([...readers].map(([id, port]) => [id, recorded(port)])),
    seen({ areaKey, openAisle }) {
      const before = openAisles.get(areaKey) ?? null;
      openAisles.set(areaKey, openAisle);
      if (before === openAisle) return;
      for (const aisle of [before, openAisle])
        if (aisle !== null) exposedAtMs.set(`${areaKey}/${aisle}`, Math.round(clock.nowMs()));
    },
    flush: () => recorder.flush(),
  };
}
