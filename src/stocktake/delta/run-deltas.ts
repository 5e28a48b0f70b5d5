/** Delta stocktakes (动态盘点) of all areas: after each use of an aisle its two faces are read and compared with the journal. */
import type { AreaView } from "../../contract/aisles.ts";
import { type AisleAttention, type AttentionNow, noAttention } from "../../contract/attention.ts";
import { Refusal } from "../../contract/errors.ts";
import type { Actor, JournalRow } from "../../contract/journal.ts";
import { acknowledgeFinding } from "./acknowledge-finding.ts";
import { askDelta } from "./note-use.ts";
import { type AreaDeltas, runAreaDeltas } from "./run-area-deltas.ts";
import type { DeltaDeps } from "./run-delta.ts";

export interface Deltas {
  /** Call after stocktakes that a restart interrupted are resumed. */
  start(): Promise<void>;
  saw(view: Pick<AreaView, "areaKey" | "openAisle">): void;
  /** Receives committed journal rows: a scan settles the findings about its box. */
  followed(rows: readonly JournalRow[]): void;
  attentionOf(areaKey: string): AttentionNow;
  /** Resolves when the aisle's faces have been read, or when that takes longer than a person should wait. */
  beforeOpening(areaKey: string, aisle: number): Promise<void>;
  ask(actor: Actor, areaKey: string, aisle: number): Promise<AisleAttention[]>;
  acknowledge(actor: Actor, finding: { areaKey: string; id: string; reason: string | null }): Promise<AisleAttention[]>;
  close(): Promise<void>;
}

export function runDeltas(deps: DeltaDeps): Deltas {
  const areas = new Map<string, AreaDeltas>();
  for (const area of deps.context.layout.areas) areas.set(`${area.roomId}.${area.id}`, runAreaDeltas(deps, area));

  function of(areaKey: string): AreaDeltas {
    const deltas = areas.get(areaKey);
    if (!deltas) throw new Refusal("not-found", { what: areaKey });
    return deltas;
  }
  const attentionOf = (areaKey: string) => areas.get(areaKey)?.attention() ?? noAttention;

  return {
    async start() {
      for (const one of areas.values()) await one.start();
    },
    saw: ({ areaKey, openAisle }) => areas.get(areaKey)?.saw(openAisle),
    followed(rows) {
      const moved = new Set(rows.flatMap(({ body }) => (typeof body.boxId === "string" ? [body.boxId] : [])));
      for (const one of areas.values()) {
        const { boxIds } = one.attention();
        if ([...moved].some((boxId) => boxIds.has(boxId))) void one.refresh();
      }
    },
    attentionOf,
    beforeOpening: async (areaKey, aisle) => areas.get(areaKey)?.beforeOpening(aisle),
    async ask(actor, areaKey, aisle) {
      await askDelta(deps.context, actor, of(areaKey).area, aisle);
      await of(areaKey).refresh();
      return attentionOf(areaKey).aisles;
    },
    async acknowledge(actor, finding) {
      const deltas = of(finding.areaKey);
      await acknowledgeFinding(deps.context, actor, finding);
      await deltas.refresh();
      return attentionOf(finding.areaKey).aisles;
    },
    async close() {
      await Promise.all([...areas.values()].map((one) => one.close()));
    },
  };
}
