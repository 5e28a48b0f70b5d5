/** Area 2 hangs on an external Mosquitto with TLS, passwords and ACL: the whole way from the search to the lit slot, a stocktake, and the broker away. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaView, CommandView, ShowBoxResult } from "../../src/contract/aisles.ts";
import type { SearchPage } from "../../src/contract/catalogue.ts";
import type { StocktakeView } from "../../src/contract/stocktake.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { hasMosquitto, startMosquitto, type TestMosquitto } from "../support/mosquitto.ts";
import { smallDelivery, smallLayout, smallSiteFile } from "../support/small-site.ts";

const attemptsMax = 3;
const starved = ["motion-link-lost", "area-stale", "area-picture-old", "area-offline", "area-heartbeat-lost"];

describe.skipIf(!hasMosquitto)("through an external Mosquitto (skipped where it is not installed)", () => {
  let broker: TestMosquitto;
  let gateway: TestGateway;
  beforeAll(async () => {
    broker = await startMosquitto(smallSiteFile);
    gateway = await openGatewayProcess("embedded", {}, { broker });
    await gateway.fillCatalogue();
  }, 300_000);
  afterAll(async () => {
    await gateway?.dispose();
    await broker?.dispose();
  }, 60_000);

  const area = () => gateway.call<AreaView>("GET", "/api/v1/areas/r1.2");
  const inArea2 = smallDelivery.boxes.filter(({ slotId }) => slotId.startsWith("r1.2."));
  const isOnline = () => until("area 2 is online", async () => (await area()).isOnline);

  const settled = (id: string) =>
    until("the command is settled", async () => {
      const view = await gateway.call<CommandView>("GET", `/api/v1/commands/${id}`);
      return view.settledAtMs !== null && view;
    });

  async function show(barcode: string): Promise<ShowBoxResult> {
    const page = await gateway.call<SearchPage>("GET", `/api/v1/search?q=${barcode}`);
    return gateway.call<ShowBoxResult>("POST", `/api/v1/boxes/${page.items[0]?.box?.id}/show`);
  }

  it("opens the aisle and lights the slot of a box that was searched for", async () => {
    await isOnline();
    const [box] = inArea2;
    if (!box) throw new Error("nothing stands in area 2");
    const layer = smallLayout.layerById.get(smallLayout.slotById.get(box.slotId)?.layerId ?? "");
    for (let attempt = 1; ; attempt++) {
      const shown = await show(box.barcode);
      expect(shown).toMatchObject({ areaKey: "r1.2", aisle: layer?.aisle, locationCode: box.locationCode });
      const { state, why } = await settled(shown.command?.id ?? "");
      if (state === "done") break;
      // A starved machine loses beats, the controller stops, and then only the panel helps.
      if (attempt === attemptsMax || !starved.includes(why?.code ?? "")) throw new Error(JSON.stringify(why));
      await gateway.twin.tell({ do: "key", area: "r1.2", key: "reset" });
      await until("it may open again", async () => (await area()).may[`open:${layer?.aisle}`] === true);
    }
    expect((await gateway.twin.area("r1.2")).controller.openAisle).toBe(layer?.aisle);
    await until("the slot is lit", async () => (await area()).light?.slot);
    expect((await area()).light).toMatchObject({ column: layer?.column, side: layer?.side, layer: layer?.layer });
  });

  it("counts the area, and every box is found", async () => {
    const scope = { areaKeys: ["r1.2"] };
    const { id } = await gateway.call<StocktakeView>("POST", "/api/v1/stocktakes", { roomId: "r1", scope });
    const done = await until("the count ends", async () => {
      const view = await gateway.call<StocktakeView>("GET", `/api/v1/stocktakes/${id}`);
      return view.state === "done" && view;
    });
    expect(done.summary).toMatchObject({ found: inArea2.length, missing: 0, misplaced: 0, layersCovered: 16 });
  });

  it("says so while the broker is away, and goes on when it is back, moving nothing by itself", async () => {
    const before = await gateway.twin.area("r1.2");
    await broker.stop();
    await until("area 2 is offline", async () => !(await area()).isOnline);
    const refusal = await gateway.ask("POST", "/api/v1/areas/r1.2/close", {});
    expect(refusal.status).toBe(503);
    expect(refusal.body).toMatchObject({ code: "area-offline", zh: expect.stringMatching(/[一-鿿]/) });
    await broker.start();
    await isOnline();
    const after = await gateway.twin.area("r1.2");
    expect(after.positionsMm).toEqual(before.positionsMm);
    expect(after.controller.lastCommand).toEqual(before.controller.lastCommand);
  });
});
