import type { Context } from "../context.ts";
import type { AreaView } from "../contract/aisles.ts";
import type { AttentionNow } from "../contract/attention.ts";
import type { LightTarget } from "../contract/shelf.ts";
import type { AreaOrder, AreaStart } from "../motion/messages.ts";
import type { areaRules } from "../shelving/area-rules.ts";
import type { AreaState } from "../shelving/area-state.ts";
import type { ToStore } from "./store-facts.ts";

export interface AreaDriveDeps {
  context: Context;
  start: AreaStart;
  cannotKeep: Parameters<typeof areaRules>[2];
  /** Resolves with motion's answer to an order, or null if there is none within the limit. */
  order(order: AreaOrder, waits?: "untilItEnds", onTaken?: () => void): Promise<{ state: AreaState } | null>;
  /** Whether there is a motion to answer. */
  isDriven(): boolean;
  /** There is one, and it sent something recently. */
  isHeard(): boolean;
  light(target: LightTarget | null): Promise<LightTarget | null>;
  /** Stores facts of the gateway's own. */
  store(facts: readonly ToStore[]): void;
  stored(msMax: number): Promise<boolean>;
  onView(view: AreaView): void;
  onAlarm(alarm: { areaKey: string; code: string; zh: string; en: string; atMs: number }): void;
  onFailure(error: unknown): void;
  /** Findings of delta stocktakes at the area's aisles. */
  attentionOf?: ((areaKey: string) => AttentionNow | undefined) | undefined;
  /** A request to open waits until this resolves; the function itself limits that time. */
  beforeOpening?: ((areaKey: string, aisle: number) => Promise<void>) | undefined;
}
