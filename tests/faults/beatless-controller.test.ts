/**
 * The motion process dies (kill -9) while a PLC without a beat moves its carriages: nobody has stopped them, so the next motion's STOP
 * comes before everything else, at the wire. Opened at the PLC's panel: then no gateway knows an end that it would wait for.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { epochsGiven } from "../../src/motion/epochs-given.ts";
import {
  type BeatlessRoom,
  bareNodeMs,
  isStopPress,
  killedUntilStop,
  openBeatlessRoom,
  writesTo,
} from "../support/beatless-room.ts";
import { childOf } from "../support/gateway-children.ts";
import { openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import { isStill, openingsOf } from "../support/openings.ts";

const areaKey = "r1.1";
/** On a quiet machine (`npm run bench -- --only stop`); a busy one takes longer by what it lets a bare node wait, before and after. */
const backMsMax = 1_000;
const bareNodes = 8;

let room: BeatlessRoom;
let gateway: TestGateway;
beforeAll(async () => {
  room = await openBeatlessRoom();
  gateway = await openGatewayProcess("embedded", {}, { room });
}, 300_000);
afterAll(async () => {
  await gateway?.dispose();
  await room?.close();
}, 60_000);

/** By the wired key: the PLC can show no reset. */
async function isReset(): Promise<void> {
  const { area } = openingsOf(gateway, room.twin);
  await until("the area is reset", async () => {
    await room.twin.tell({ do: "key", area: areaKey, key: "reset" });
    await room.twin.tell({ do: "press", device: "keys-1", channel: 1, ms: 400 });
    await pause(1_500);
    const view = await area(areaKey);
    return view.isOnline && !view.interlocks.includes("needsReset");
  });
}

const stopsOfStarts = async () =>
  (await openingsOf(gateway, room.twin).journal()).filter(
    ({ kind, actor }) => kind === "area.stopped" && actor === "gateway",
  );

it("STOP is the first command of the next motion, a new epoch's, and soon enough; the carriages stand and stay", async () => {
  const { twin, tap } = room;
  const { area, stands, stayAsTheyAre } = openingsOf(gateway, twin);
  const folder = `${gateway.store.dataDir}/motion`;
  await twin.tell({ do: "speed", factor: 0.3 });
  const took: number[] = [];
  for (let round = 0; round < 2; round++) {
    await isReset();
    const told = (await stopsOfStarts()).length;
    await room.openAtPanel((await twin.area(areaKey)).controller.openAisle === 2 ? 1 : 2);
    await until("they roll", async () => !isStill(await twin.area(areaKey)));
    await until("the gateway sees it", async () =>
      (await area(areaKey)).columns.some(({ motion }) => motion === "left" || motion === "right"),
    );
    const before = epochsGiven(folder)[areaKey] ?? Number.POSITIVE_INFINITY;
    const from = tap.heard.length;
    const bareBeforeMs = await bareNodeMs();
    const { positionsMm } = await twin.area(areaKey);
    const { first, afterMs } = await killedUntilStop(tap, childOf(gateway.store.dataDir, "motion"));
    const bareMs = Math.max(bareBeforeMs, await bareNodeMs());
    // They went on all the while: nobody else had stopped them.
    expect((await stands(areaKey)).positionsMm).not.toEqual(positionsMm);
    took.push(afterMs);
    console.log(`kill -9 of motion: STOP at the wire after ${afterMs} ms (a bare node: ${Math.round(bareMs)} ms)`);
    expect(isStopPress(first.request), JSON.stringify(first)).toBe(true);
    expect(afterMs).toBeLessThan(backMsMax + bareNodes * bareMs);
    expect(epochsGiven(folder)[areaKey]).toBeGreaterThan(before);
    await stayAsTheyAre([areaKey], 2_500);
    // Buttons that are pressed from then on are STOP, and all are let go.
    const written = writesTo(tap.heard.slice(from)).map(({ request }) => request);
    const others = written.filter(
      (request) => !isStopPress(request) && !("values" in request && request.values.every((value) => !value)),
    );
    expect(others).toEqual([]);
    await until("it is in the journal", async () => (await stopsOfStarts()).length > told);
    expect((await area(areaKey)).interlocks).toContain("needsReset");
  }
}, 400_000);
