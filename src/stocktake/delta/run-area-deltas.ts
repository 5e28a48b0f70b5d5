/**
 * Delta stocktakes (动态盘点) of one area: watches aisles open and close, reads the faces of used ones, one stocktake at a time, and
 * reports the findings.
 */
import { noAttention } from "../../contract/attention.ts";
import type { Area } from "../../site/layout.ts";
import { nextDelta, seeAisles } from "./aisle-use.ts";
import { expectedMs } from "./expected-ms.ts";
import { openingHolds } from "./hold-openings.ts";
import { noteUse } from "./note-use.ts";
import { patientTurns } from "./patient-turns.ts";
import { type AreaAttention, readAttention } from "./read-attention.ts";
import { type DeltaDeps, runDelta } from "./run-delta.ts";

export interface AreaDeltas {
  area: Area;
  start(): Promise<void>;
  saw(openAisle: number | null): void;
  attention(): AreaAttention;
  /** Reads the stored state again, after a request, an acknowledgement or a scan. */
  refresh(): Promise<void>;
  beforeOpening(aisle: number): Promise<void>;
  close(): Promise<void>;
}

export function runAreaDeltas(deps: DeltaDeps, area: Area): AreaDeltas {
  const { context } = deps;
  const { clock, layout } = context;
  const areaKey = `${area.roomId}.${area.id}`;
  const busOf = (readerId: string) => layout.deviceById.get(readerId)?.bus ?? readerId;
  const layersOf = (aisle: number) => area.layers.filter((layer) => layer.aisle === aisle);
  let attention: AreaAttention = { ...noAttention, uses: [], boxIds: new Set() };
  let openAisle = 0;
  let isStarted = false;
  let isClosed = false;
  let cancelWait = () => {};
  const turns = patientTurns(clock, deps.onFailure);
  const running = runDelta(deps, area, turns, { attention: () => attention, look, goOn });
  const holds = openingHolds(clock, isWaiting);

  async function look(): Promise<void> {
    attention = await readAttention(context, areaKey, running.aisle());
    holds.letGo((aisle) => !isWaiting(aisle));
  }

  async function goOn(): Promise<void> {
    await look();
    const next = running.aisle() !== null || isClosed ? null : nextDelta(attention.uses, clock.nowMs());
    cancelWait();
    if (!next) return;
    if ("waitMs" in next) cancelWait = clock.after(next.waitMs, () => void turns.take(goOn));
    else await running.begin(next.aisle);
  }

  function isWaiting(aisle: number): boolean {
    if (running.aisle() === aisle) return true;
    const use = attention.uses.find((one) => one.aisle === aisle);
    const next = use ? nextDelta([use], clock.nowMs()) : null;
    return next !== null && "aisle" in next;
  }

  return {
    area,
    attention: () => attention,
    async start() {
      await look();
      openAisle = attention.uses.find((use) => use.isOpen)?.aisle ?? 0;
      await running.followOpen();
      isStarted = true;
      await turns.take(goOn);
    },
    saw(seen) {
      if (!isStarted || isClosed) return;
      const { openAisle: now, opened, used } = seeAisles(openAisle, seen);
      openAisle = now;
      if (opened === null && used === null) return;
      void turns.take(async () => {
        await noteUse(context, areaKey, { opened, used, isDue: deps.isAutomatic });
        if (opened !== null && running.aisle() === opened) await running.interrupt("aisle-opened");
        await goOn();
      });
    },
    refresh: () => turns.take(goOn),
    beforeOpening(aisle) {
      return holds.hold(aisle, turns.settled(), () => {
        const now = running.aisle();
        const before = now !== null && now !== aisle ? expectedMs(layersOf(now), busOf) : 0;
        return before + expectedMs(layersOf(aisle), busOf);
      });
    },
    async close() {
      isClosed = true;
      turns.close();
      cancelWait();
      holds.letGo(() => true);
      await turns.settled();
    },
  };
}
