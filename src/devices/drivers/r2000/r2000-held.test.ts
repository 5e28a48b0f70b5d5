import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { First } from "../../../../tests/support/held-process.ts";
import { epcOf, gather, r2000Bench } from "../../../../tests/support/r2000-bench.ts";
import { runFor } from "../../../../tests/support/run-for.ts";

describe("a gateway that is held while readers answer", () => {
  const holding = fc.record({
    afterMs: fc.integer({ min: 0, max: 500 }),
    forMs: fc.integer({ min: 20, max: 4_900 }),
    first: fc.constantFrom<First>("timers", "bytes"),
  });
  it.each([
    ["on a link of its own", [1]],
    ["that share a pair", [1, 2]],
  ])(
    "%s: no antenna gets what another one heard, nor more rounds than it was asked for",
    async (_, addresses) => {
      await fc.assert(
        fc.asyncProperty(fc.array(holding, { minLength: 1, maxLength: 4 }), async (holdings) => {
          const { clock, gateway, readers, fakes } = r2000Bench({ addresses, ports: 16 });
          const antennas = [1, 2, 9, 10];
          // Each tag's number contains the address of its reader.
          for (const [address, fake] of fakes)
            for (const antenna of antennas) fake.tags.set(antenna, [epcOf(address * 100 + antenna)]);
          await runFor(clock, 500);
          const gathered = readers.map((reader) =>
            gather(reader, { antennas: [...antennas, ...antennas], roundsEach: 3 }),
          );
          for (const { afterMs, forMs, first } of holdings) {
            await runFor(clock, afterMs);
            gateway.hold();
            await runFor(clock, forMs);
            gateway.goOn(first);
          }
          await runFor(clock, 20_000);
          const again = readers.map((reader) => gather(reader, { antennas, roundsEach: 2 }));
          await runFor(clock, 60_000);
          for (const [i, address] of addresses.entries()) {
            const coverages = [...(gathered[i] ?? []), ...(again[i] ?? [])];
            expect(coverages).toHaveLength(12);
            for (const { antenna, healthy, roundsOffered, sightings } of coverages) {
              for (const { epc, count } of sightings) {
                expect(epc).toBe(epcOf(address * 100 + antenna));
                expect(count).toBeLessThanOrEqual(roundsOffered);
              }
              if (healthy) expect(sightings).toHaveLength(1);
            }
            expect(again[i]?.map(({ healthy }) => healthy)).toEqual([true, true, true, true]);
          }
        }),
        { numRuns: 40 },
      );
    },
    120_000,
  );
});
