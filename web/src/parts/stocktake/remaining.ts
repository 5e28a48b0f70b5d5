/** An honest guess of what is left: from the antennas done so far, and none before there is something to go by. Pure. */
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";

export const antennasBeforeGuess = 5;

type Told = Pick<StocktakeView, "state" | "startedAtMs" | "antennasDone" | "antennasTotal">;

/** Milliseconds, or null while nobody can tell. `pausedMs` does not count as work. */
export function remainingMs(view: Told, nowMs: number): number | null {
  if (view.state !== "running") return null;
  if (view.antennasDone < antennasBeforeGuess || view.antennasTotal === 0) return null;
  const eachMs = Math.max(0, nowMs - view.startedAtMs) / view.antennasDone;
  return Math.max(0, view.antennasTotal - view.antennasDone) * eachMs;
}

export function coverage(
  view: Pick<StocktakeView, "layersTotal" | "layersCovered">,
): "complete" | "incomplete" | "nothing" {
  if (view.layersCovered === 0) return "nothing";
  return view.layersCovered < view.layersTotal ? "incomplete" : "complete";
}
