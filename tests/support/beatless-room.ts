/** A twin behind a PLC without a heartbeat, on Modbus TCP, with a tap on its wire to the gateway, and its panel. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeMbap, encodeRequestPdu, type ModbusRequest } from "../../firmware-protocols/modbus/index.ts";
import { encodeCommand, encodeStop, fatekNjust, type WireStep } from "../../firmware-protocols/register-maps/index.ts";
import type { LinkSpec } from "../../src/site/schema.ts";
import { startTwin, type TestTwin } from "./twin-process.ts";
import { type HeardRequest, type WireTap, wireTap } from "./wire-tap.ts";

const beatlessSiteFile = fileURLToPath(new URL("../faults/beatless-site.yaml", import.meta.url));

export interface BeatlessRoom {
  siteFile: string;
  linksFile: string;
  twin: TestTwin;
  tap: WireTap;
  /** Opens an aisle as a person at the PLC's own panel, without a gateway. */
  openAtPanel(aisle: number): Promise<void>;
  close(): Promise<void>;
}

const unit = 1;
const answerMsMax = 5_000;

export async function openBeatlessRoom(): Promise<BeatlessRoom> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-beatless-"));
  const none = { boxes: [], records: [] };
  const places = { folder, siteFile: beatlessSiteFile, secretsFile: join(folder, "none.json") };
  writeFileSync(places.secretsFile, "{}");
  const twin = await startTwin({ ...places, delivery: none, mqttUrl: "mqtt://127.0.0.1:9" });
  const links = JSON.parse(readFileSync(twin.linksFile, "utf8")) as Record<string, LinkSpec>;
  const [[busId, link]] = Object.entries(links) as [[string, Extract<LinkSpec, { kind: "tcp" }>]];
  const tap = await wireTap(link.port);
  const linksFile = join(folder, "links-by-tap.json");
  writeFileSync(linksFile, JSON.stringify({ [busId]: { ...link, port: tap.port } }));
  return {
    ...{ siteFile: beatlessSiteFile, linksFile, twin, tap },
    openAtPanel: (aisle) => writeTo(link.port, openSteps(aisle)),
    async close() {
      await twin.close();
      await tap.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openSteps(aisle: number): readonly WireStep[] {
  const command = { verb: "open", aisle, wireId: 1, epoch: 0, ttlMs: 2_000, expectedOpenAisle: 0 } as const;
  return encodeCommand(fatekNjust, command, 0) ?? [];
}

async function writeTo(port: number, steps: readonly WireStep[]): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(answerMsMax, () => socket.destroy(new Error("the PLC does not answer its panel")));
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  for (const [i, step] of steps.entries()) {
    if (step.kind === "wait") await new Promise((resolve) => setTimeout(resolve, step.ms));
    if (step.kind !== "write") continue;
    const answered = new Promise((resolve, reject) => socket.once("data", resolve).once("error", reject));
    socket.write(encodeMbap(i, unit, encodeRequestPdu(step.request)));
    await answered;
  }
  socket.destroy();
}

/** Requests that begin, end or change anything at the PLC. */
export const writesTo = (heard: readonly HeardRequest[]): HeardRequest[] =>
  heard.filter(({ request }) => [5, 6, 15, 16].includes(request.fn));

const [stopPress] = encodeStop(fatekNjust).flatMap((step) => (step.kind === "write" ? [step.request] : []));
export const isStopPress = (request: ModbusRequest): boolean => JSON.stringify(request) === JSON.stringify(stopPress);

/** How long a bare node takes on this machine now to start and end. */
export async function bareNodeMs(): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, ["--eval", "0"], { stdio: "ignore" });
  await new Promise((resolve) => child.once("exit", resolve));
  return performance.now() - startMs;
}

const lookEveryMs = 2;
const stopMsMax = 60_000;

/** kill -9, and the time until the first write of the next driver, with everything that was written until then. */
export async function killedUntilStop(tap: WireTap, pid: number): Promise<{ first: HeardRequest; afterMs: number }> {
  const lastLine = Math.max(0, ...tap.heard.map(({ line }) => line));
  const killedAtMs = performance.now();
  process.kill(pid, "SIGKILL");
  for (const untilMs = killedAtMs + stopMsMax; performance.now() < untilMs; ) {
    const [first] = writesTo(tap.heard.filter(({ line, atMs }) => line > lastLine && atMs > killedAtMs));
    if (first) return { first, afterMs: Math.round(first.atMs - killedAtMs) };
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  throw new Error(`nothing was written within ${stopMsMax} ms of the kill`);
}
