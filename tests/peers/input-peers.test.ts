/** Judges that we did not write, for digital inputs: mbpoll (libmodbus) reads the twin's module, our driver reads modbus-serial's server. */
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import ModbusSerial from "modbus-serial";
import { afterAll, describe, expect, test, vi } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { createTwin } from "../../simulators/twin.ts";
import { listenTcp, type TcpPlug } from "../../simulators/wires/tcp.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import type { DeviceSpec } from "../../src/site/schema.ts";
import { keyedLayout } from "../support/keyed-site.ts";

const run = promisify(execFile);
const isMissing = spawnSync("which", ["mbpoll"]).status !== 0 && process.env.GUIWEI_REQUIRE_PEERS !== "1";
const plugs: TcpPlug[] = [];
afterAll(async () => {
  for (const plug of plugs) await plug.unplug();
});

/** The module alone on a TCP bus. */
async function serve(keys: Partial<DeviceSpec>) {
  const layout = keyedLayout({ keys });
  const bus = layout.site.buses.find(({ id }) => id === "bus-shelf-1");
  if (bus) bus.link = { kind: "tcp", host: "127.0.0.1", port: 502 };
  const twin = createTwin({ layout, standing: [], clock: systemClock(), seed: 3 });
  const plug = await listenTcp(0, (wire) => twin.attach("bus-shelf-1", wire));
  plugs.push(plug);
  const ask = async (type: string, first: number, count: number) => {
    const common = ["-m", "tcp", "-p", String(plug.port), "-a", "20", "-0", "-1", "-q"];
    const which = ["-t", type, "-r", String(first), "-c", String(count)];
    const { stdout } = await run("mbpoll", [...common, ...which, "127.0.0.1"], { timeout: 20_000 });
    return [...stdout.matchAll(/^\[(\d+)\]:\s+(\d+)/gm)].map(([, , value]) => Number(value));
  };
  return { twin, ask };
}

describe.skipIf(isMissing)(`mbpoll${isMissing ? " (skipped: mbpoll is not installed)" : ""}`, () => {
  test.each([
    ["discrete inputs", {}, "1", 0, 8, [0, 1, 0, 0, 0, 0, 0, 0]],
    ["coils", { protocol: "di-coils" }, "0", 0, 3, [0, 1, 0]],
    ["a holding register at 200", { protocol: "di-holding", firstAddress: 200 }, "4", 200, 1, [2]],
    ["a module where closed reads 0", { closedReads: 0 as const }, "1", 0, 3, [1, 0, 1]],
  ])("reads a held key from %s", async (_, keys, type, first, count, values) => {
    const { twin, ask } = await serve(keys);
    expect(await perform(twin, { do: "hold", device: "keys-1", channel: 2 })).toMatchObject({ ok: true });
    expect(await ask(type, first, count)).toEqual(values);
  });

  test("is refused what the module does not have", async () => {
    const { ask } = await serve({});
    await expect(ask("1", 0, 9)).rejects.toThrow(/Illegal data address/);
    await expect(ask("0", 0, 1)).rejects.toThrow(/Illegal function/);
  });
});

test("our driver is pressed through a module that modbus-serial plays", async () => {
  let isClosed = false;
  const asked = new Set<number>();
  const server = new ModbusSerial.ServerTCP(
    {
      getDiscreteInput(address: number) {
        asked.add(address);
        return address === 1 && isClosed;
      },
    },
    { host: "127.0.0.1", port: 0, unitID: 20 },
  );
  const port = await new Promise<number>((resolve) => {
    server.on("initialized", () => {
      // biome-ignore lint/suspicious/noExplicitAny: the server keeps its socket for itself.
      resolve(((server as any)._server.address() as { port: number }).port);
    });
  });
  const layout = keyedLayout();
  const link = { kind: "tcp", host: "127.0.0.1", port } as const;
  const bus = layout.site.buses.find(({ id }) => id === "bus-shelf-1");
  if (bus) bus.link = link;
  const clock = systemClock();
  const ports = openDevices({ layout, clock, chance: seededChance("peer"), links: { "bus-shelf-1": link } });
  try {
    const keys = ports.inputs.get("keys-1");
    const presses: number[] = [];
    keys?.onPress(({ channel }) => presses.push(channel));
    await vi.waitFor(() => expect(keys?.stateOf(2)).toBe(false), { timeout: 30_000 });
    isClosed = true;
    await vi.waitFor(() => expect(keys?.stateOf(2)).toBe(true), { timeout: 30_000 });
    isClosed = false;
    await vi.waitFor(() => expect(presses).toEqual([2]), { timeout: 30_000 });
    expect([...asked].sort()).toEqual([0, 1]);
  } finally {
    await ports.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}, 120_000);
