import { defineConfig } from "vitest/config";
import { mended } from "./bin/mend-postgres.mjs";

/** Tests with processes, ptys, sockets and browsers of their own: one file at a time, so that they measure the gateway and not each other. */
const whole = ["tests/{browser,faults,flows,peers,security,simulation,storage,bench}/**/*.test.ts"];

/** The driver as the program has it. */
const mendedDriver = { name: "mended postgres.js", load: (id: string) => mended(id.split("?")[0] ?? id) };

export default defineConfig({
  plugins: [mendedDriver],
  test: {
    server: { deps: { inline: ["postgres"] } },
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
        test: { name: "whole", include: whole, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
