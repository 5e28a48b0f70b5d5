/** kill -9 of the broker's process while an area on MQTT and an area on serial lines open: the one stops by itself, the other does not notice. */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import type { List } from "../../src/contract/lists.ts";
import type { DeviceLine } from "../../src/contract/ports.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";

const attemptsMax = 5;
/** What an opening ends with when this machine gives the gateway or the twin no time. */
const starved = [
  "motion-link-lost",
  "area-stale",
  "area-picture-old",
  "area-offline",
  "area-heartbeat-lost",
  "command-expired",
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openGatewayProcess("embedded");
}, 300_000);
afterAll(() => gateway?.dispose(), 60_000);

const area = (areaKey: string) => gateway.call<AreaView>("GET", `/api/v1/areas/${areaKey}`);
const command = (id: string) => gateway.call<CommandView>("GET", `/api/v1/commands/${id}`);
const brokerLine = async () =>
  (await gateway.call<List<DeviceLine>>("GET", "/api/v1/devices")).items.find(({ kind }) => kind === "broker");

/** Of this test's gateway: told by the folder in its environment. */
function brokerPid(): number | null {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, "utf8");
      const environment = readFileSync(`/proc/${name}/environ`, "utf8");
      if (words.includes("serve-broker.ts") && environment.includes(`DATA_DIR=${gateway.store.dataDir}\0`))
        return Number(name);
    } catch {
      // Ended meanwhile.
    }
  }
  return null;
}

async function roll(areaKey: string, aisle: number): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    await until(`${areaKey} may open`, async () => (await area(areaKey)).may?.[`open:${aisle}`] === true);
    const { id } = await gateway.call<CommandView>("POST", `/api/v1/areas/${areaKey}/open`, { aisle });
    const now = await until(`${areaKey} rolls`, async () => {
      const view = await command(id);
      if (view.settledAtMs !== null) return view;
      const { phase, controller } = await gateway.twin.area(areaKey);
      const rolls = controller.columns.some(({ motion }) => motion !== "still");
      return phase === "moving" && rolls && view.state === "accepted" && view;
    });
    if (now.state === "accepted") return id;
    if (attempt === attemptsMax || !starved.includes(now.why?.code ?? "")) throw new Error(JSON.stringify(now));
    await gateway.twin.tell({ do: "key", area: areaKey, key: "reset" });
  }
}

it("stops the area on MQTT by its own controller, lets the serial one finish, comes back, and moves nothing", async () => {
  const { twin } = gateway;
  expect(await until("the broker is on Devices", brokerLine)).toMatchObject({ deviceId: "broker", state: "up" });
  await twin.tell({ do: "speed", factor: 0.5 });
  const onMqtt = await roll("r1.2", 2);
  const onSerial = await roll("r1.1", 2);
  const pid = brokerPid();
  expect(pid).not.toBeNull();

  process.kill(pid ?? 0, "SIGKILL");
  await until("the controller on MQTT stands", async () => {
    const { controller } = await twin.area("r1.2");
    return controller.columns.every(({ motion }) => motion === "still") && controller.interlocks.heartbeatLost;
  });
  const stood = await twin.area("r1.2");
  const failed = await until("its command is settled", async () => {
    const view = await command(onMqtt);
    return view.settledAtMs !== null && view;
  });
  expect(failed.state).not.toBe("done");
  await twin.tell({ do: "speed", factor: 2 });
  const finished = await until("the serial command is settled", async () => {
    const view = await command(onSerial);
    return view.settledAtMs !== null && view;
  });
  // A starved machine loses serial beats by itself; the broker's death is not among the reasons.
  if (finished.state !== "done") expect(starved).toContain(finished.why?.code);
  else expect((await twin.area("r1.1")).controller).toMatchObject({ activity: "idle", openAisle: 2 });

  await until("another broker runs", () => brokerPid() !== pid && brokerPid());
  await until("area 2 is online again", async () => (await area("r1.2")).isOnline);
  expect(await until("Devices says so", async () => (await brokerLine())?.state === "up" && brokerLine())).toBeTruthy();
  const metrics = (await gateway.ask("GET", "/metrics")).bytes.toString();
  expect(metrics).toMatch(/^guiwei_broker_restarts_total 1$/m);
  expect(metrics).toMatch(/^guiwei_broker_messages_total\{client="shelf-2"\} \d+$/m);
  expect(gateway.said()).toContain("the broker's process ended");
  const after = await twin.area("r1.2");
  expect(after.positionsMm).toEqual(stood.positionsMm);
  expect(after.safety.crushed).toBe(0);
  expect((await area("r1.2")).interlocks).toContain("needsReset");

  await twin.tell({ do: "key", area: "r1.2", key: "reset" });
  const again = await roll("r1.2", 2);
  await until("it opens after the panel's reset", async () => (await command(again)).settledAtMs !== null);
}, 300_000);

it("leaves no broker behind when the gateway is killed", async () => {
  expect(brokerPid()).not.toBeNull();
  await gateway.kill();
  await until("no broker is left", () => brokerPid() === null);
  await gateway.start();
  await until("area 2 is online again", async () => (await area("r1.2")).isOnline);
}, 200_000);
