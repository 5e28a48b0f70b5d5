/** Estimates the time left from the pace of the last minute; none before there is enough data. Pure. */
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";

export const antennasBeforeGuess = 5;
export const paceWindowMs = 60_000;

export interface Sample {
  atMs: number;
  antennasDone: number;
}

/** A pause or restart begins a new measurement: time without work says nothing about the pace. */
export function addSample(
  samples: readonly Sample[],
  view: Pick<StocktakeView, "state" | "antennasDone">,
  atMs: number,
): Sample[] {
  if (view.state !== "running") return [];
  const last = samples.at(-1);
  if (last && last.antennasDone > view.antennasDone) return [{ atMs, antennasDone: view.antennasDone }];
  return [...samples.filter((one) => atMs - one.atMs <= paceWindowMs), { atMs, antennasDone: view.antennasDone }];
}

/** Milliseconds, or null while unknown. */
export function remainingMs(samples: readonly Sample[], antennasTotal: number): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last) return null;
  const done = last.antennasDone - first.antennasDone;
  if (done < antennasBeforeGuess) return null;
  return (Math.max(0, antennasTotal - last.antennasDone) * (last.atMs - first.atMs)) / done;
}

export function coverage(
  view: Pick<StocktakeView, "layersTotal" | "layersCovered">,
): "complete" | "incomplete" | "nothing" {
  if (view.layersCovered === 0) return "nothing";
  return view.layersCovered < view.layersTotal ? "incomplete" : "complete";
}
