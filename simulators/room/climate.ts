/** Air of an area: drifts slowly around the set point, as an Ornstein–Uhlenbeck walk sampled when read. */
import type { Chance } from "../../src/clock/chance.ts";

export interface Air {
  temperatureC: number;
  humidityPct: number;
  /** The temperature toward which the air drifts; a command changes it to raise an alarm. */
  aimTemperatureC: number;
  aimHumidityPct: number;
  atMs: number;
}

/** Time in which the air covers two thirds of the way to its aim. */
const inertiaMs = 20 * 60_000;
const noiseC = 0.3;
const noisePct = 1;

export function newAir(atMs: number): Air {
  return { temperatureC: 20, humidityPct: 52, aimTemperatureC: 20, aimHumidityPct: 52, atMs };
}

/** Lets the air drift until `nowMs`. */
export function driftAir(air: Air, nowMs: number, chance: Chance): void {
  const dtMs = nowMs - air.atMs;
  if (dtMs < 1000) return;
  const stay = Math.exp(-dtMs / inertiaMs);
  const shake = Math.sqrt(1 - stay * stay);
  air.temperatureC =
    air.aimTemperatureC + (air.temperatureC - air.aimTemperatureC) * stay + chance.normal(noiseC * shake);
  const humidity = air.aimHumidityPct + (air.humidityPct - air.aimHumidityPct) * stay + chance.normal(noisePct * shake);
  air.humidityPct = Math.min(100, Math.max(0, humidity));
  air.atMs = nowMs;
}
