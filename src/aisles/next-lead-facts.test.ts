import { expect, it } from "vitest";
import { onEachDatabase } from "../../tests/support/database.ts";
import { epochsAhead, keepAreaState, startArea } from "./start-area.ts";

onEachDatabase("what an older leader had still to say", (fresh) => {
  it("takes back no inhibit and no stop that the next leader set, however often its motion died without a database", async () => {
    const { db, close } = await fresh();
    const context = { db, clock: { nowMs: () => 0, monoMs: () => 0, after: () => () => {} } } as never;
    const spec = {} as never;
    const found: unknown[] = [];
    for (let deaths = 1; deaths <= epochsAhead; deaths++) {
      const areaKey = `r1.${deaths}`;
      const first = await startArea(context, areaKey, spec);
      const left = {
        epoch: first.epoch + deaths,
        wireId: 40,
        inhibited: false,
        isHeldForLocks: false,
        isStopped: false,
      };
      const next = await startArea(context, areaKey, spec);
      expect(next.epoch).toBeGreaterThan(left.epoch);
      await keepAreaState(db, areaKey, { ...next, inhibited: true, isStopped: true });
      await keepAreaState(db, areaKey, left);
      const { epoch, inhibited, needsReset } = await startArea(context, areaKey, spec, left.epoch);
      found.push({ isAbove: epoch > next.epoch, inhibited, needsReset });
    }
    await close();
    expect(found).toEqual(found.map(() => ({ isAbove: true, inhibited: true, needsReset: true })));
  }, 60_000);
});
