import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { encodeRtu } from "../../firmware-protocols/modbus/index.ts";
import { systemClock } from "../../src/clock/clock.ts";
import { demoLayout, demoStanding } from "../test-twin.ts";
import { createTwin } from "../twin.ts";
import { openWires } from "./open-wires.ts";

it("without serial ports the buses run as TCP serial servers, and the twin says so", async () => {
  const clock = systemClock();
  const twin = createTwin({ layout: demoLayout, standing: demoStanding, clock, seed: 1 });
  const said: string[] = [];
  const runtimeDir = mkdtempSync(join(tmpdir(), "guiwei-wires-"));
  const wires = await openWires(twin, {
    clock,
    runtimeDir,
    tcpPorts: "free",
    isWithoutSerial: true,
    mqttLogin: () => null,
    report: (text) => said.push(text),
  });
  try {
    expect(said).toHaveLength(3);
    const link = wires.links["bus-shelf-1"];
    if (link?.kind !== "tcp") throw new Error("no TCP link");
    const answer = await new Promise<Buffer>((resolve) => {
      const socket = connect(link.port, link.host, () => socket.write(encodeRtu(10, Uint8Array.of(4, 0, 1, 0, 2))));
      socket.once("data", (bytes) => {
        socket.destroy();
        resolve(bytes);
      });
    });
    expect([...answer.subarray(0, 3)]).toEqual([10, 4, 4]);
  } finally {
    await wires.close();
    rmSync(runtimeDir, { recursive: true, force: true });
  }
});
