/** An area's commands under way and the last ones settled, for their callers and the console. */
import type { CommandView } from "../contract/aisles.ts";
import { type ErrorCode, Refusal } from "../contract/errors.ts";
import type { Outcome, Params } from "../shelving/area-state.ts";
import { saying } from "./area-view.ts";

export interface CommandViews {
  /** `isForLocks`: the gateway's own, which the console does not show as the newest. */
  add(view: CommandView, isForLocks: boolean): void;
  get(id: string): CommandView | null;
  newest(): CommandView | null;
  open(): CommandView[];
  progress(id: string, state: "sent" | "accepted"): void;
  /** The first outcome counts. */
  settle(id: string, outcome: Outcome, code: ErrorCode | null, params: Params, atMs: number): void;
  /** Returns once the refusal of a request that was refused at once. */
  takeRefusal(id: string): Refusal | null;
  whenSettled(id: string): Promise<CommandView>;
}

/** Settled commands kept for callers that still ask how theirs ended. */
const settledKept = 8;

export function commandViews(): CommandViews {
  const views = new Map<string, CommandView>();
  const refusals = new Map<string, Refusal>();
  const waiting = new Map<string, (view: CommandView) => void>();
  let newest: string | null = null;

  function amend(id: string, now: Partial<CommandView>): CommandView | null {
    const view = views.get(id);
    if (!view || view.settledAtMs !== null) return null;
    const amended = { ...view, ...now };
    views.set(id, amended);
    return amended;
  }

  return {
    add(view, isForLocks) {
      views.set(view.id, view);
      if (!isForLocks) newest = view.id;
    },
    get: (id) => views.get(id) ?? null,
    newest: () => views.get(newest ?? "") ?? null,
    open: () => [...views.values()].filter((view) => view.settledAtMs === null),
    progress: (id, state) => void amend(id, { state }),
    settle(id, outcome, code, params, atMs) {
      const isAsked = views.get(id)?.state === "stored";
      const settled = amend(id, { state: outcome, why: code ? saying(code, params) : null, settledAtMs: atMs });
      if (!settled) return;
      if (outcome === "refused" && code && isAsked) refusals.set(id, new Refusal(code, params));
      waiting.get(id)?.(settled);
      waiting.delete(id);
      const over = [...views.values()].filter((view) => view.settledAtMs !== null && view.id !== newest);
      for (const view of over.slice(0, -settledKept)) {
        views.delete(view.id);
        refusals.delete(view.id);
      }
    },
    takeRefusal(id) {
      const refusal = refusals.get(id) ?? null;
      refusals.delete(id);
      return refusal;
    },
    whenSettled(id) {
      const view = views.get(id);
      if (view && view.settledAtMs !== null) return Promise.resolve(view);
      return new Promise((resolve) => waiting.set(id, resolve));
    },
  };
}
