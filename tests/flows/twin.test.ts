import { execFile, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aedes } from "aedes";
import modbusSerial from "modbus-serial";
import mqtt from "mqtt";
import type { SerialPort } from "serialport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeReply, encodeRequest } from "../../firmware-protocols/r2000/decode.ts";
import { createR2000Parser } from "../../firmware-protocols/r2000/frame.ts";
import { sendCommand } from "../../simulators/control.ts";
import { type RunningTwin, runTwin } from "../../simulators/main.ts";
import { createSerialPort } from "../../src/devices/links/create-serial-port.ts";
import type { LinkSpec } from "../../src/site/schema.ts";

const isRequired = process.env.GUIWEI_REQUIRE_PEERS === "1";
/** Why a test with that tool is skipped; null = it is there. With GUIWEI_REQUIRE_PEERS=1 nothing is skipped. */
function missing(...tools: string[]): string | null {
  const absent = tools.filter((tool) => spawnSync("which", [tool]).status !== 0);
  return absent.length === 0 || isRequired ? null : `no ${absent.join(", ")} on this machine`;
}
const noMbpoll = missing("mbpoll");
const noPty = missing("socat", "stty");
const noMbpollPty = noMbpoll ?? noPty;

const folder = mkdtempSync(join(tmpdir(), "guiwei-twin-flow-"));
let twin: RunningTwin;
let links: Record<string, LinkSpec>;
let broker: Server;

async function tell(order: Record<string, unknown>): Promise<Record<string, unknown>> {
  const response = await fetch(`${twin.controlUrl}/command`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(order),
  });
  return (await response.json()) as Record<string, unknown>;
}

interface State {
  areas: { area: string; controller: { activity: string; openAisle: number | null }; safety: { crushed: number } }[];
}
async function areaState(key: string): Promise<State["areas"][number]> {
  const state = (await (await fetch(`${twin.controlUrl}/state`)).json()) as State;
  return state.areas.find(({ area }) => area === key) as State["areas"][number];
}

async function until(what: string, holds: () => Promise<boolean> | boolean, limitMs = 20_000): Promise<void> {
  for (const from = Date.now(); Date.now() - from < limitMs; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within ${limitMs} ms: ${what}`);
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function run(command: string, args: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, text: stdout + stderr });
    });
  });
}
const tcpOf = (bus: string) => links[bus] as Extract<LinkSpec, { kind: "tcp" }>;
const ptyOf = (bus: string) => (links[bus] as Extract<LinkSpec, { kind: "serial" }>).port;
/** Registers 0–20 as mbpoll prints them. */
const mbpollArgs = ["-1", "-0", "-t", "3", "-r", "0", "-c", "21"];
const pollPty = (baud: number) =>
  run("mbpoll", [...mbpollArgs, "-m", "rtu", "-a", "1", "-b", String(baud), "-P", "none", ptyOf("bus-shelf-1")]);

beforeAll(async () => {
  const aedes = await Aedes.createBroker();
  broker = createServer(aedes.handle);
  await new Promise<void>((resolve) => broker.listen(0, "127.0.0.1", resolve));
  const port = (broker.address() as { port: number }).port;
  // The demo with area 2's controller on Modbus TCP, beside its sensor.
  const site = readFileSync("sites/demo.yaml", "utf8")
    .replace("protocol: archive-mqtt, bus: broker }", "protocol: room-1, bus: tcp-env-2, address: 2, framing: tcp }")
    .replace("bus: tcp-env-2, address: 1, framing: tcp }", "bus: tcp-env-2, address: 3, framing: tcp }");
  writeFileSync(join(folder, "site.yaml"), site);
  twin = await runTwin([
    ...["--site", join(folder, "site.yaml"), "--runtime", join(folder, "run"), "--control-port", "0"],
    ...["--warn-ms", "300", "--mqtt-url", `mqtt://127.0.0.1:${port}`],
  ]);
  links = JSON.parse(readFileSync(twin.linksPath, "utf8")) as Record<string, LinkSpec>;
}, 60_000);

afterAll(async () => {
  await twin?.close();
  broker?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the twin on real wires", () => {
  it("tells where every bus is found", () => {
    expect(Object.keys(links)).toHaveLength(13);
    expect(links.broker).toEqual({ kind: "mqtt" });
    expect(tcpOf("tcp-201").port).toBeGreaterThan(0);
  });

  it.skipIf(noMbpollPty)(
    `mbpoll reads the controller over RTU on a pty${noMbpollPty ? ` (${noMbpollPty})` : ""}`,
    async () => {
      const { text } = await pollPty(19_200);
      expect(text).toMatch(/\[0\]:\s+16722/);
      expect(text).toMatch(/\[2\]:\s+6\b/);
    },
  );

  it.skipIf(noMbpollPty)("hears nothing at the wrong speed, and again at the right one", async () => {
    await pause(500);
    expect((await pollPty(9600)).text).not.toMatch(/\[0\]:/);
    await pause(500);
    expect((await pollPty(19_200)).text).toMatch(/\[0\]:\s+16722/);
  });

  it.skipIf(noMbpoll)(
    `mbpoll reads controller and sensor over Modbus TCP${noMbpoll ? ` (${noMbpoll})` : ""}`,
    async () => {
      const { port } = tcpOf("tcp-env-2");
      const controller = [...mbpollArgs, "-m", "tcp", "-p", String(port), "-a", "2", "127.0.0.1"];
      expect((await run("mbpoll", controller)).text).toMatch(/\[0\]:\s+16722/);
      const args = [
        "-1",
        "-0",
        "-t",
        "3",
        "-r",
        "1",
        "-c",
        "2",
        "-m",
        "tcp",
        "-p",
        String(port),
        "-a",
        "3",
        "127.0.0.1",
      ];
      expect((await run("mbpoll", args)).text).toMatch(/\[1\]:\s+(19|20|21)\d/);
    },
  );

  it.skipIf(noPty)("modbus-serial opens an aisle, keeps it beating, and stops it by coil 0", async () => {
    const client = new modbusSerial.default();
    await client.connectRTUBuffered(ptyOf("bus-shelf-1"), { baudRate: 19_200 });
    client.setID(1);
    client.setTimeout(3000);
    let beat = 1;
    await client.writeRegisters(0, [1, 1, 2, 0, beat++, 1, 2000, 0]);
    expect((await client.readInputRegisters(9, 3)).data).toEqual([1, 1, 0]);
    await until("moving", async () => {
      await client.writeRegister(4, beat++ & 0xffff);
      return (await client.readInputRegisters(4, 1)).data[0] === 0xffff;
    });
    await client.writeCoil(0, true);
    expect((await client.readInputRegisters(3, 1)).data[0]).toBe(4);
    const { safety } = await areaState("r1.1");
    expect(safety.crushed).toBe(0);
    await pause(500);
    expect(await tell({ do: "key", area: "1", key: "reset" })).toMatchObject({ ok: true });
    expect((await client.readInputRegisters(3, 2)).data).toEqual([0, 0]);
    // The old command again: the controller knows it.
    await client.writeRegisters(0, [1, 1, 2, 0, beat, 1, 2000, 0]);
    await pause(1000);
    expect((await areaState("r1.1")).controller).toMatchObject({ activity: "idle", openAisle: 0 });
    await new Promise<void>((resolve) => client.close(() => resolve()));
  });

  it.skipIf(noPty)(
    "survives the gateway closing and reopening its end; unplugged, the port is gone and comes back",
    async () => {
      const version = encodeRequest(3, { kind: "get-firmware-version" });
      for (let i = 0; i < 3; i++) {
        const port = await openPort(ptyOf("pair-1"));
        expect(await askPort(port, version)).toMatchObject({ kind: "firmware-version" });
        await new Promise<void>((resolve) => port.close(() => resolve()));
      }
      // Several times: whether the port's reading meets the unplug as an error or as an end of file is chance.
      for (let i = 0; i < 5; i++) {
        const port = await openPort(ptyOf("pair-1"));
        const closed = new Promise((resolve) => port.once("close", resolve));
        port.on("error", () => {});
        port.on("data", () => {});
        expect(await tell({ do: "unplug", bus: "pair-1" })).toMatchObject({ ok: true });
        await closed;
        expect(existsSync(ptyOf("pair-1"))).toBe(false);
        expect(await tell({ do: "replug", bus: "pair-1" })).toMatchObject({ ok: true });
      }
      const again = await openPort(ptyOf("pair-1"));
      expect(await askPort(again, version)).toMatchObject({ kind: "firmware-version" });
      await new Promise<void>((resolve) => again.close(() => resolve()));
    },
  );

  it("closes and refuses TCP when unplugged", async () => {
    const client = new modbusSerial.default();
    await client.connectTCP("127.0.0.1", { port: tcpOf("tcp-env-2").port });
    client.setID(3);
    expect((await client.readInputRegisters(1, 2)).data).toHaveLength(2);
    const closed = new Promise((resolve) => client.on("close", () => resolve(null)));
    await tell({ do: "unplug", bus: "tcp-env-2" });
    await closed;
    await expect(
      new modbusSerial.default().connectTCP("127.0.0.1", { port: tcpOf("tcp-env-2").port }),
    ).rejects.toThrow();
    await tell({ do: "replug", bus: "tcp-env-2" });
    const again = new modbusSerial.default();
    await again.connectTCP("127.0.0.1", { port: tcpOf("tcp-env-2").port });
    await new Promise<void>((resolve) => again.close(() => resolve()));
  });

  it("keeps a reader's state retained at the broker, and its will speaks when the mains fail", async () => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${(broker.address() as { port: number }).port}`);
    const states: string[] = [];
    client.on("message", (_, payload) => {
      states.push((JSON.parse(payload.toString()) as { state: string }).state);
    });
    await client.subscribeAsync("archive/v1/demo/r1/reader/rd-209/state", { qos: 1 });
    await until("online", () => states.at(-1) === "online");
    await tell({ do: "power-cut", area: "2" });
    await until("offline", () => states.at(-1) === "offline");
    await tell({ do: "power-restore", area: "2" });
    await until("online again", () => states.at(-1) === "online");
    await client.endAsync();
  });

  it("is told by HTTP and by the command line, and streams what happens", async () => {
    const events = await fetch(`${twin.controlUrl}/events`);
    const reader = events.body?.getReader();
    let text = "";
    const more = async () => {
      text += new TextDecoder().decode((await reader?.read())?.value);
    };
    await more();
    expect(text).toContain("event: state");
    expect(await sendCommand(["key", "1", "confirm"], twin.controlUrl)).toBe(0);
    while (!text.includes("event: command")) await more();
    await reader?.cancel();
    expect(await sendCommand(["state"], twin.controlUrl)).toBe(0);
    expect(await sendCommand(["enter", "1", "9"], twin.controlUrl)).toBe(1);
    expect(await sendCommand(["state"], "http://127.0.0.1:1")).toBe(2);
    const plain = { method: "POST", body: "{}" };
    expect((await fetch(`${twin.controlUrl}/command`, plain)).status).toBe(415);
    expect((await fetch(`${twin.controlUrl}/nothing`)).status).toBe(404);
    expect(await tell({ do: "walk", area: "1", aisle: 1 })).toMatchObject({ ok: true, result: { fault: "no-room" } });
  });
});

describe("the twin as a process", () => {
  it.skipIf(noPty).each(["told to end", "its parent is gone"])(
    "prints one ready line, writes links.json, and leaves nothing behind when %s",
    async (why) => {
      const runtime = join(folder, "process");
      const args = ["bin/guiwei.mjs", "twin", "--ends-with-stdin", "--runtime", runtime, "--control-port", "0"];
      const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
      let text = "";
      child.stdout.on("data", (part: Buffer) => {
        text += part.toString();
      });
      await until("ready", () => text.includes("\n"), 50_000);
      const ready = JSON.parse(text) as { twin: string; linksPath: string; boxes: number };
      expect(ready).toMatchObject({ twin: "ready", boxes: 5000 });
      expect(existsSync(ready.linksPath)).toBe(true);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (why === "told to end") child.kill("SIGTERM");
      else child.stdin.end();
      expect(await ended).toBe(0);
      expect(existsSync(join(runtime, "pair-1.pty"))).toBe(false);
    },
    60_000,
  );
});

function openPort(path: string): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port = createSerialPort({ path, baudRate: 115_200 }, (error) => (error ? reject(error) : resolve(port)));
  });
}

function askPort(port: SerialPort, bytes: Uint8Array): Promise<unknown> {
  const parser = createR2000Parser();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), 5000);
    port.on("data", (part: Buffer) => {
      for (const piece of parser.push(part, Date.now())) {
        if (piece.kind !== "frame") continue;
        clearTimeout(timer);
        resolve(decodeReply(piece.frame));
      }
    });
    port.write(bytes as Buffer);
  });
}
