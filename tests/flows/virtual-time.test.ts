/** Virtual time in tests: it must wait for a slow database, as real time would find it answered. */
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { freshDatabase, testDatabases } from "../support/database.ts";
import { runFor } from "../support/run-for.ts";

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`virtual time (${engine})`, () => {
    it("does not run past a statement that takes long, alone or in a transaction", async () => {
      const database = await freshDatabase(engine);
      const clock = virtualClock();
      let ticks = 0;
      let ticksAtAnswer: number | null = null;
      const tick = () => void (++ticks < 1_000 && clock.after(1_000, tick));
      clock.after(1_000, () => {
        tick();
        const slow = database.db.execute(sql`SELECT pg_sleep(0.2)`);
        void slow
          .then(() => database.db.transaction((tx) => tx.execute(sql`SELECT pg_sleep(0.2)`)))
          .then(() => {
            ticksAtAnswer = ticks;
          });
      });
      await runFor(clock, 3_600_000);
      expect(ticks).toBe(1_000);
      expect(ticksAtAnswer).toBeLessThanOrEqual(2);
      await database.close();
    });
  });
}
