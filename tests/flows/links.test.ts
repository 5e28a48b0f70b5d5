/** Real ptys (socat) and real TCP under the gateway's links: what an installer does to cables. */
import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { SerialPort } from "serialport";
import { afterEach, describe, expect, it, vi } from "vitest";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import { r2000Reader } from "../../src/devices/drivers/r2000/r2000-reader.ts";
import { type KeptLink, keepLinkUp } from "../../src/devices/links/keep-link-up.ts";
import { serialLink } from "../../src/devices/links/serial.ts";
import { tcpLink } from "../../src/devices/links/tcp.ts";
import { openBus } from "../../src/devices/open-bus.ts";
import { hasSocat, ptyPair } from "../support/socat-pty.ts";

const vectors: { streams: { hex?: string; chunks?: string[] }[] } = JSON.parse(
  readFileSync("firmware-protocols/r2000/vectors.json", "utf8"),
);

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function kept(link: Parameters<typeof keepLinkUp>[0]): { link: KeptLink; heard: () => string } {
  const limits = { pauseMsMin: 50, pauseMsMax: 200, steadyMs: 1000 };
  const keptLink = keepLinkUp(link, systemClock(), seededChance("links"), limits);
  const chunks: Uint8Array[] = [];
  keptLink.onBytes((bytes) => chunks.push(bytes));
  cleanups.push(() => keptLink.stop());
  keptLink.start();
  return { link: keptLink, heard: () => Buffer.concat(chunks).toString("hex") };
}

function isUp(link: KeptLink): Promise<void> {
  return vi.waitFor(() => expect(link.state.up).toBe(true), { timeout: 5000, interval: 20 });
}

function openRaw(path: string): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
    port.on("error", () => {});
    cleanups.push(() => new Promise((done) => (port.isOpen ? port.close(() => done(null)) : done(null))));
    port.open((error) => (error ? reject(error) : resolve(port)));
  });
}

describe.skipIf(!hasSocat)("serial links on ptys (skipped where socat is not installed)", () => {
  it("carries bytes both ways and survives the missing modem bits of a pty", async () => {
    const pair = ptyPair();
    cleanups.push(pair.dispose);
    await pair.plug();
    const { link, heard } = kept(serialLink({ port: pair.gateway, baud: 115_200 }));
    await isUp(link);
    const device = await openRaw(pair.device);
    const received: Buffer[] = [];
    device.on("data", (bytes: Buffer) => received.push(bytes));
    await link.write(Buffer.from("a0030172ea", "hex"));
    device.write(Buffer.from("a00501720109de", "hex"));
    await vi.waitFor(() => expect(heard()).toBe("a00501720109de"));
    await vi.waitFor(() => expect(Buffer.concat(received).toString("hex")).toBe("a0030172ea"));
  });

  it("recovers by itself after unplug and replug", async () => {
    const pair = ptyPair();
    cleanups.push(pair.dispose);
    await pair.plug();
    const { link, heard } = kept(serialLink({ port: pair.gateway, baud: 115_200 }));
    await isUp(link);
    await pair.unplug();
    await vi.waitFor(() => expect(link.state.up).toBe(false), { timeout: 5000 });
    await vi.waitFor(() => expect(link.state.reason?.code).toBe("port-not-found"), { timeout: 3000 });
    await expect(link.write(Uint8Array.of(1))).rejects.toMatchObject({ code: "link-lost" });
    await pair.plug();
    await isUp(link);
    const device = await openRaw(pair.device);
    device.write(Uint8Array.of(0xa0, 0x55) as Buffer);
    await vi.waitFor(() => expect(heard()).toBe("a055"));
  });

  it("turns the captured stream into sightings, over noise, chunks and half frames", async () => {
    const pair = ptyPair();
    cleanups.push(pair.dispose);
    await pair.plug();
    const clock = systemClock();
    const opened = openBus({
      spec: { id: "pair-1", link: { kind: "serial", port: pair.gateway, baud: 115_200 } },
      override: undefined,
      devices: [{ id: "rd-1", kind: "reader", protocol: "r2000", bus: "pair-1", address: 1 }],
      clock,
      chance: seededChance("stream"),
    });
    if (opened.protocol !== "r2000") throw new Error("not R2000");
    const { bus, link } = opened;
    const options = { address: 1, antennaCount: 4, powerDbm: null, isShared: false, clock, onHealth: () => {} };
    const reader = r2000Reader({ readerId: "rd-1", bus, ...options });
    cleanups.push(async () => reader.close());
    cleanups.push(() => link.stop());
    const seen: [string, number, number | null][] = [];
    reader.onSighting(({ epc, antenna, signalDbm }) => seen.push([epc, antenna, signalDbm]));
    link.start();
    await isUp(link);
    const device = await openRaw(pair.device);
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    for (const stream of vectors.streams) {
      for (const chunk of stream.chunks ?? [stream.hex ?? ""]) {
        device.write(Buffer.from(chunk, "hex"));
        await pause(10);
      }
      // Half a frame, and nothing more of it: silence ends it, and the next frame is whole.
      device.write(Buffer.from("A0130189043000E2003016", "hex"));
      await pause(200);
    }
    await vi.waitFor(() => expect(seen).toHaveLength(3));
    // EPC, antenna and dBm as the vectors' source tells them (realtime-tag-1, -2, -3).
    expect(seen).toEqual([
      ["E200301666130121155074EF", 1, -61],
      ["300833B2DDD9014000000001", 1, -75],
      ["E2004074850A0103163070E1", 1, -76],
    ]);
    expect(bus.counters.noiseBytes).toBe(4 + 2 * 11);
  });

  it("says in plain words that a port is in use", async () => {
    const pair = ptyPair();
    cleanups.push(pair.dispose);
    await pair.plug();
    const { link } = kept(serialLink({ port: pair.gateway, baud: 115_200 }));
    await isUp(link);
    const second = serialLink({ port: pair.gateway, baud: 115_200 });
    await expect(second.open()).rejects.toMatchObject({
      code: "port-in-use",
      message: expect.stringContaining("is in use by another program"),
    });
  });
});

describe("TCP links", () => {
  async function device(port = 0): Promise<{ server: Server; port: number; sockets: Socket[] }> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => {});
      sockets.push(socket);
      socket.on("data", (bytes) => socket.write(bytes));
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const stop = () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(resolve);
      });
    cleanups.push(stop);
    return { server, port: (server.address() as { port: number }).port, sockets };
  }

  it("connects when the device appears and again after it restarts", async () => {
    const first = await device();
    const { link, heard } = kept(tcpLink({ host: "127.0.0.1", port: first.port }));
    await isUp(link);
    await link.write(Uint8Array.of(0xa0));
    await vi.waitFor(() => expect(heard()).toBe("a0"));
    for (const socket of first.sockets) socket.destroy();
    await new Promise((resolve) => first.server.close(resolve));
    await vi.waitFor(() => expect(link.state.reason?.code).toBe("link-refused"), { timeout: 3000 });
    await device(first.port);
    await isUp(link);
    await link.write(Uint8Array.of(0x01));
    await vi.waitFor(() => expect(heard()).toBe("a001"));
  });

  it("refuses to pile up bytes for a device that stops reading", async () => {
    const { port, sockets } = await device();
    const { link } = kept(tcpLink({ host: "127.0.0.1", port }));
    await isUp(link);
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    sockets[0]?.removeAllListeners("data");
    sockets[0]?.pause();
    const results: PromiseSettledResult<void>[] = [];
    const writes: Promise<void>[] = [];
    for (let i = 0; i < 4000; i++) writes.push(link.write(new Uint8Array(16 * 1024)));
    const settled = Promise.allSettled(writes).then((all) => results.push(...all));
    await vi.waitFor(() => expect(link.state.up).toBe(true));
    await link.stop();
    await settled;
    const congested = results.filter(
      (result) => result.status === "rejected" && result.reason.code === "link-congested",
    );
    expect(congested.length).toBeGreaterThan(3000);
  });
});
