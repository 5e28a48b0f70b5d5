import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,firmware-protocols,simulators,tests,web}/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ["tests/support/global-setup.ts"],
    // Two cores: more workers only make the timing tests noisy.
    maxWorkers: 2,
  },
});
