import { defineConfig } from "vitest/config";
import { mended } from "./bin/mend-postgres.mjs";

/** Tests with processes, ptys, sockets and browsers of their own: they mostly wait, so more of them run than there are processors. */
const whole = ["tests/{browser,faults,flows,peers,security,simulation,storage,bench}/**/*.test.ts"];
const wholeWorkersMax = 3;
/** Tests that hold the program to seconds of the real clock: one file at a time, so that they measure it and not each other. */
const timed = [
  "tests/bench/**/*.test.ts",
  ...[
    ...[
      "alarm-storm",
      "beatless-controller",
      "broker-deaths",
      "door-deaths",
      "fire-while-held",
      "kill-opening",
      "lead-takeover",
      "motion-deaths",
    ],
    ...["motion-priority", "stop-door", "takeover-while-moving", "wall-clock"],
  ].map((name) => `tests/faults/${name}.test.ts`),
];

/** The driver as the program has it. */
const mendedDriver = { name: "mended postgres.js", load: (id: string) => mended(id.split("?")[0] ?? id) };

export default defineConfig({
  plugins: [mendedDriver],
  test: {
    server: { deps: { inline: ["postgres"] } },
    // Cases beside one another, each with processes of its own: more than this only holds all of them up.
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ["tests/support/global-setup.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "rules",
          include: ["{src,firmware-protocols,simulators,tests,web}/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**", ...whole],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "whole",
          include: whole,
          exclude: ["**/node_modules/**", ...timed],
          maxWorkers: wholeWorkersMax,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: { name: "timed", include: timed, maxWorkers: 1, sequence: { groupOrder: 3 } },
      },
    ],
  },
});
