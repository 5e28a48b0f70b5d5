/**
 * Moves an area of a real gateway on the twin; an overloaded machine makes the controller stop, so it resets and retries (S14).
 */
import type { AreaView } from "../../src/contract/aisles.ts";
import { pause, type TestGateway, until } from "./gateway-process.ts";

const attemptsMax = 8;
const motionMsMax = 30_000;

/** `may`: the key in AreaView.may; `openAisle`: the aisle that stands open afterwards; `ask`: the button or the call. */
export async function moveUntil(
  gateway: TestGateway,
  { areaKey, may, openAisle }: { areaKey: string; may: string; openAisle: number },
  ask: () => Promise<unknown>,
): Promise<void> {
  const look = () => gateway.call<AreaView>("GET", `/api/v1/areas/${areaKey}`);
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    await until(`${may} is allowed`, async () => {
      if ((await look()).may[may] === true) return true;
      await gateway.twin.tell({ do: "key", area: areaKey, key: "reset" });
      await pause(1_000);
      return false;
    });
    await ask();
    const end = Date.now() + motionMsMax;
    for (let view = await look(); Date.now() < end; await pause(100), view = await look()) {
      if (view.openAisle === openAisle && view.activity === "idle") return;
      if (view.activity === "stopped") break;
    }
  }
  throw new Error(`${may} of ${areaKey} did not end: ${JSON.stringify(await look())}`);
}
