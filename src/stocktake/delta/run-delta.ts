/** The running delta stocktake of an area: starts it, follows it to its end or interruption, and reports it. */
import { and, eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { Refusal } from "../../contract/errors.ts";
import type { Area } from "../../site/layout.ts";
import { stocktakes } from "../../storage/schema/stocktake.ts";
import type { StocktakeRunner } from "../run-stocktakes.ts";
import { setStocktakeState } from "../set-stocktake-state.ts";
import { startStocktake } from "../start-stocktake.ts";
import { noteInterrupted } from "./note-use.ts";
import type { PatientTurns } from "./patient-turns.ts";
import type { AreaAttention } from "./read-attention.ts";

/** A stocktake that takes longer is cancelled until the next use of the aisle. */
const countMsMax = 300_000;

export interface DeltaDeps {
  context: Context;
  runner: StocktakeRunner;
  /** True: each use makes an aisle due. False: only a person's request does. */
  isAutomatic: boolean;
  onFound(found: { areaKey: string; aisle: number; findings: number }): void;
  onFailure(error: unknown): void;
}

/** Callbacks to the area's own loop. */
export interface AroundDelta {
  attention(): AreaAttention;
  /** Reads the stored state again. */
  look(): Promise<void>;
  /** Reads the stored state, and starts what is due. */
  goOn(): Promise<void>;
}

export interface RunningDelta {
  /** The aisle that is being read; null: none. */
  aisle(): number | null;
  begin(aisle: number): Promise<void>;
  /** Follows the delta stocktake of this area that the database has as running; false when there is none. */
  followOpen(): Promise<boolean>;
  interrupt(why: "aisle-opened" | "too-long"): Promise<void>;
}

export function runDelta(deps: DeltaDeps, area: Area, turns: PatientTurns, around: AroundDelta): RunningDelta {
  const { context, runner } = deps;
  const { clock } = context;
  const areaKey = `${area.roomId}.${area.id}`;
  let running: { aisle: number; id: string; why: "aisle-opened" | "too-long" | null } | null = null;

  async function begin(aisle: number): Promise<void> {
    const actor = around.attention().uses.find((use) => use.aisle === aisle)?.askedBy ?? "gateway";
    const scope = {
      areaKeys: [areaKey],
      layerIds: area.layers.filter((layer) => layer.aisle === aisle).map((layer) => layer.id),
    };
    try {
      const request = { roomId: area.roomId, scope, delta: { areaKey, aisle } };
      follow(aisle, await startStocktake(context, actor, request), actor);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // An earlier try began it; only the answer to that was lost.
      if (error.code === "stocktake-open" && (await followOpen())) return;
      // This aisle has nothing to read.
      await noteInterrupted(context, { areaKey, aisle, stocktakeId: null, isStillDue: false });
    }
    await around.look();
  }

  async function followOpen(): Promise<boolean> {
    const [open] = await context.db
      .select()
      .from(stocktakes)
      .where(and(eq(stocktakes.areaKey, areaKey), eq(stocktakes.state, "running")));
    if (open) follow(open.aisle ?? 0, open.id, open.actor);
    return open !== undefined;
  }

  function follow(aisle: number, id: string, actor: string): void {
    running = { aisle, id, why: null };
    runner.run(id, actor);
    const cancel = clock.after(countMsMax, () => void turns.take(() => interrupt("too-long")));
    void runner.ended(id).then(() => {
      cancel();
      return turns.take(() => ended(aisle, id));
    });
  }

  async function interrupt(why: "aisle-opened" | "too-long"): Promise<void> {
    if (!running) return;
    running.why = why;
    try {
      await setStocktakeState(context, "gateway", running.id, "cancel", why);
    } catch (error) {
      // It ended just before.
      if (!(error instanceof Refusal)) throw error;
    }
    await runner.halt(running.id);
  }

  async function ended(aisle: number, id: string): Promise<void> {
    const [row] = await context.db.select().from(stocktakes).where(eq(stocktakes.id, id));
    if (row?.state === "running") await setStocktakeState(context, "gateway", id, "cancel", "failed");
    if (row?.state === "done") {
      const { raised, findings } = row.summary as { raised?: number; findings?: number };
      if (raised) deps.onFound({ areaKey, aisle, findings: findings ?? raised });
    } else {
      const isStillDue = running?.why === "aisle-opened";
      await noteInterrupted(context, { areaKey, aisle, stocktakeId: id, isStillDue });
    }
    running = null;
    await around.goOn();
  }

  return { aisle: () => running?.aisle ?? null, begin, followOpen, interrupt };
}
