import fc from "fast-check";
import { expect, it } from "vitest";
import { batchPace } from "./batch-pace.ts";

const settings = { msMax: 50, rowsFirst: 100, rowsMin: 20, rowsMax: 1_000 };

it("finds batches that end in time, however fast the database is", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      fc.double({ min: 0, max: 8, noNaN: true }),
      (rowMs, baseMs) => {
        const pace = batchPace(settings);
        for (let i = 0; i < 30; i++) pace.took(pace.rows(), baseMs + pace.rows() * rowMs);
        const ms = baseMs + pace.rows() * rowMs;
        if (pace.rows() > settings.rowsMin) expect(ms).toBeLessThanOrEqual(settings.msMax);
        // Batches are not much smaller than they may be either.
        if (pace.rows() < settings.rowsMax && ms > 1) expect(ms).toBeGreaterThan(settings.msMax * 0.3);
      },
    ),
  );
});

it("is small again after one slow batch, and learns nothing from a short last one", () => {
  const pace = batchPace(settings);
  for (let i = 0; i < 20; i++) pace.took(pace.rows(), 1);
  expect(pace.rows()).toBe(1_000);
  pace.took(3, 1);
  expect(pace.rows()).toBe(1_000);
  pace.took(1_000, 2_000);
  expect(pace.rows()).toBe(20);
});
