/** What is run for every seed. */
import { usualShape } from "./room-day.ts";
import type { SeedOptions } from "./run-seed.ts";

export interface Part {
  name: string;
  options: SeedOptions;
  /** Part of `--bound` only. */
  isBound: boolean;
  /** Fewer seeds than the others where the figure is only stated. */
  seedsMax?: number;
}

export const parts: readonly Part[] = [
  { name: "metal 0 dB", options: { metalDb: 0, passes: [1, 2, 3] }, isBound: false },
  { name: "metal 3 dB", options: { metalDb: 3, passes: [1, 2, 3, 4, 5, 6, 7] }, isBound: false },
  { name: "metal 6 dB", options: { metalDb: 6, passes: [1, 2, 3] }, isBound: false },
  {
    name: "metal 3 dB, visits 3.5 dB",
    options: { metalDb: 3, visitSdDb: 3.5, passes: [2, 3] },
    isBound: false,
    seedsMax: 5,
  },
  {
    name: "metal 3 dB, never calibrated",
    options: { metalDb: 3, isCalibrated: false, passes: [2, 3] },
    isBound: false,
    seedsMax: 5,
  },
  {
    name: "metal 3 dB, first count: never calibrated, no tag heard before",
    options: { metalDb: 3, isCalibrated: false, hasHistory: false, passes: [3] },
    isBound: false,
    seedsMax: 5,
  },
  {
    name: "metal 3 dB, all aisles closed",
    options: { metalDb: 3, shape: { ...usualShape, areAislesClosed: true }, passes: [2, 3] },
    isBound: false,
    seedsMax: 5,
  },
  {
    name: "metal 3 dB, dead antenna, restarting reader, 5 % unknown tags",
    options: { metalDb: 3, faults: true, shape: { ...usualShape, unknown: 0.05 }, passes: [2, 3] },
    isBound: false,
    seedsMax: 10,
  },
  { name: "bound", options: { metalDb: 3, passes: [] }, isBound: true },
];
