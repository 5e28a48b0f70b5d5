/** A reset key wired to an input that speaks MQTT, through a real broker and the real processes: it alone opens its area (S3). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaView } from "../../src/contract/aisles.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import { hasMosquitto, startMosquitto, type TestMosquitto } from "../support/mosquitto.ts";
import { smallSiteFile } from "../support/small-site.ts";

const folder = mkdtempSync(join(tmpdir(), "guiwei-key-"));
const siteFile = join(folder, "site.yaml");
/** Area 1 behind a PLC that can show no reset and sees nobody: key, sensor and confirm button are wired to a board. */
const site = readFileSync(smallSiteFile, "utf8")
  .replace("protocol: room-1", "protocol: fatek-njust")
  .replace("{ kind: occupancy, device: shelf-1 }", "{ kind: occupancy, device: board-1, input: 4 }")
  .replace(
    "lights: shelf-1",
    "resetInputs: [{ device: board-1, channel: 3 }]\n        confirmInputs: [{ device: board-1, channel: 5 }]",
  )
  .concat(
    "  - { id: board-1, kind: input, protocol: archive-mqtt, bus: broker, channels: [{ no: 3 }, { no: 4, normally: closed }, { no: 5 }] }\n",
  );
writeFileSync(siteFile, site);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ["the broker inside", false],
  ["Mosquitto", true],
])("through %s", (_name, isExternal) => {
  let broker: TestMosquitto | null = null;
  let gateway: TestGateway;
  beforeAll(async () => {
    if (isExternal && !hasMosquitto) return;
    if (isExternal) broker = await startMosquitto(siteFile);
    gateway = await openGatewayProcess("embedded", {}, { broker, siteFile });
  }, 300_000);
  afterAll(async () => {
    await gateway?.dispose();
    await broker?.dispose();
  }, 60_000);

  const area = () => gateway.call<AreaView>("GET", "/api/v1/areas/r1.1");
  const needsReset = async () => (await area()).interlocks.includes("needsReset");
  const press = () => gateway.twin.tell({ do: "press", device: "board-1", channel: 3, ms: 600 });

  it("stays shut after a STOP until the key is pressed, and the journal names the key", async (context) => {
    if (isExternal && !hasMosquitto) context.skip("Mosquitto is not installed");
    await until("controller and key are up", async () => {
      const { items } = await gateway.call<{ items: { deviceId: string; state: string }[] }>("GET", "/api/v1/devices");
      return ["shelf-1", "board-1"].every((id) => items.find(({ deviceId }) => deviceId === id)?.state === "up");
    });
    await gateway.call("POST", "/api/v1/areas/r1.1/stop");
    await until("it waits for a reset", async () => {
      const { interlocks, isOnline } = await area();
      return isOnline && interlocks.includes("needsReset") && !interlocks.includes("stopNotConfirmed");
    });
    await pause(3_000);
    expect(await needsReset()).toBe(true);
    // A busy machine may make a gap of a press, which then is none: a person presses again.
    await until("the key opens it", async () => {
      await press();
      await pause(3_000);
      return !(await needsReset());
    });
    const rows = await until("the journal has it", async () => {
      const page = await gateway.call<{ items: JournalRow[] }>(
        "GET",
        "/api/v1/journal?chain=room:r1&after=0&limit=200",
      );
      const seen = page.items.filter(({ body }) => body.decision === "reset-seen");
      return seen.length > 0 && seen;
    });
    expect(rows.map(({ actor }) => actor)).toEqual(["input:board-1.3"]);
  }, 300_000);
});
