/** 动态盘点 of every area: after each use of an aisle only its two faces are read again and compared with the journal. */
import type { AreaView } from "../../contract/aisles.ts";
import { type AisleAttention, type AttentionNow, noAttention } from "../../contract/attention.ts";
import { Refusal } from "../../contract/errors.ts";
import type { Actor, JournalRow } from "../../contract/journal.ts";
import { acknowledgeFinding } from "./acknowledge-finding.ts";
import { askRecount } from "./note-use.ts";
import { type AreaRecounts, recountArea } from "./recount-area.ts";
import type { RecountDeps } from "./run-recount.ts";

export interface Deltas {
  /** After counts that a restart interrupted are resumed. */
  start(): Promise<void>;
  saw(view: Pick<AreaView, "areaKey" | "openAisle">): void;
  /** Committed rows: a scan settles what was found of its box. */
  followed(rows: readonly JournalRow[]): void;
  attentionOf(areaKey: string): AttentionNow;
  /** Resolves when the aisle's faces are read, or when that takes longer than a person should wait. */
  beforeOpening(areaKey: string, aisle: number): Promise<void>;
  recount(actor: Actor, areaKey: string, aisle: number): Promise<AisleAttention[]>;
  acknowledge(actor: Actor, finding: { areaKey: string; id: string; reason: string | null }): Promise<AisleAttention[]>;
  close(): Promise<void>;
}

export function runDeltas(deps: RecountDeps): Deltas {
  const areas = new Map<string, AreaRecounts>();
  for (const area of deps.context.layout.areas) areas.set(`${area.roomId}.${area.id}`, recountArea(deps, area));

  function of(areaKey: string): AreaRecounts {
    const recounts = areas.get(areaKey);
    if (!recounts) throw new Refusal("not-found", { what: areaKey });
    return recounts;
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
    async recount(actor, areaKey, aisle) {
      await askRecount(deps.context, actor, of(areaKey).area, aisle);
      await of(areaKey).refresh();
      return attentionOf(areaKey).aisles;
    },
    async acknowledge(actor, finding) {
      const recounts = of(finding.areaKey);
      await acknowledgeFinding(deps.context, actor, finding);
      await recounts.refresh();
      return attentionOf(finding.areaKey).aisles;
    },
    async close() {
      await Promise.all([...areas.values()].map((one) => one.close()));
    },
  };
}
