/**
 * Tag reads over MQTT QoS 1 into evidence: guarded broker, link, driver, each read parsed, checked and attributed to its layer;
 * against bare aedes with JSON.parse in its handler. Figures are reads a second of CPU of the gateway's process.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Aedes } from "aedes";
import { buildTopic } from "../../firmware-protocols/archive-mqtt/index.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import type { Sighting } from "../../src/contract/sighting.ts";
import { openBrokerInside } from "../../src/devices/broker/open-inside.ts";
import { brokerRights } from "../../src/devices/broker/rights.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { antennaKey, type Layout } from "../../src/site/layout.ts";
import { layoutOfSite } from "./bench-house.ts";
import { type BenchOptions, inTurn, type Measure, measured, median, ratioOf, within } from "./measure.ts";
import type { PublishJob } from "./mqtt-publisher.ts";

const readerId = "rd-210";
const password = "bench";
const tagsInField = 400;
const roundMsMax = 60_000;
/** The site file gives this reader 14 antennas. */
const antennas = 14;

interface Receiver {
  port: number;
  /** Reads taken in so far. */
  reads(): number;
  close(): Promise<void>;
}

function payloadsOf(readsEach: number): string[] {
  const chance = seededChance("mqtt");
  const read = () => ({
    epc: `E28011700000020${String(chance.below(tagsInField)).padStart(9, "0")}`,
    antenna: 1 + chance.below(antennas),
    rssiDbm: -40 - chance.below(300) / 10,
    agoMs: chance.below(250),
  });
  return Array.from({ length: 32 }, (_, seq) =>
    JSON.stringify({
      bootId: 1,
      seq,
      sentAt: new Date().toISOString(),
      reads: Array.from({ length: readsEach }, read),
    }),
  );
}

interface LayerEvidence {
  count: number;
  strongestDbm: number | null;
  lastAtMs: number;
}

/** What each layer's antenna heard of each tag. */
function evidenceOf(layout: Layout): { take(sighting: Sighting): void; reads(): number } {
  /** By reader, then by port; null where the port serves no layer. */
  const byReader = new Map<string, (Map<string, LayerEvidence> | null)[]>();
  let reads = 0;
  const portsOf = (readerId: string) => {
    const ports = byReader.get(readerId) ?? [];
    byReader.set(readerId, ports);
    return ports;
  };
  return {
    take({ readerId, antenna, epc, signalDbm, atMs, count }) {
      const ports = byReader.get(readerId) ?? portsOf(readerId);
      let heard = ports[antenna];
      if (heard === undefined) {
        heard = layout.layerByAntenna.has(antennaKey(readerId, antenna)) ? new Map<string, LayerEvidence>() : null;
        ports[antenna] = heard;
      }
      if (heard === null) return;
      const before = heard.get(epc);
      if (!before) heard.set(epc, { count, strongestDbm: signalDbm, lastAtMs: atMs });
      else {
        before.count += count;
        before.lastAtMs = Math.max(before.lastAtMs, atMs);
        if (signalDbm !== null && signalDbm > (before.strongestDbm ?? -200)) before.strongestDbm = signalDbm;
      }
      reads++;
    },
    reads: () => reads,
  };
}

async function ours(layout: Layout): Promise<Receiver> {
  const broker = await openBrokerInside(systemClock(), { rights: brokerRights(layout), verify: () => true, port: 0 });
  const clock = systemClock();
  const evidence = evidenceOf(layout);
  const site = { ...layout.site, devices: layout.site.devices.filter(({ bus }) => bus === "broker") };
  const devices = openDevices({
    layout: { ...layout, areas: [], site },
    clock,
    chance: seededChance("mqtt"),
    mqtt: broker,
  });
  const reader = devices.readers.get(readerId);
  if (!reader) throw new Error(`the demo has no ${readerId}`);
  reader.onSighting(evidence.take);
  return {
    port: broker.port,
    reads: evidence.reads,
    async close() {
      await devices.close();
      await broker.close();
    },
  };
}

async function bare(): Promise<Receiver> {
  const broker = await Aedes.createBroker();
  let reads = 0;
  broker.on("publish", (packet, client) => {
    if (client) reads += (JSON.parse(packet.payload.toString()) as { reads: unknown[] }).reads.length;
  });
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    broker.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    reads: () => reads,
    async close() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

interface Publisher {
  run(job: PublishJob): Promise<void>;
  close(): void;
}

async function publisher(): Promise<Publisher> {
  const file = fileURLToPath(new URL("./mqtt-publisher.ts", import.meta.url));
  const child: ChildProcess = fork(file, [], { execArgv: ["--import", "tsx"] });
  const next = () =>
    new Promise<void>((resolve, reject) => {
      child.once("message", ({ error }: { error?: string }) => (error ? reject(new Error(error)) : resolve()));
    });
  await within(roundMsMax, "the publisher's start", next());
  return {
    run(job) {
      child.send(job);
      return within(roundMsMax, "a round of publishing", next());
    },
    close: () => child.disconnect(),
  };
}

export async function measureReads({ isQuick }: BenchOptions): Promise<Measure[]> {
  const layout = layoutOfSite("demo.yaml");
  const [device, subject, peer] = await Promise.all([publisher(), ours(layout), bare()]);
  const topic = buildTopic({ site: "demo", room: "r1", kind: "reader-tag", id: readerId });
  const measures: Measure[] = [];
  try {
    for (const { readsEach, messages, goal } of [
      { readsEach: 100, messages: isQuick ? 300 : 3_000, goal: 0.5 },
      { readsEach: 1, messages: isQuick ? 1_500 : 15_000, goal: 0.6 },
    ]) {
      const payloads = payloadsOf(readsEach);
      /** Reads per second of CPU. */
      const round = async ({ port, reads }: Receiver): Promise<number> => {
        const wanted = reads() + messages * readsEach;
        const before = process.cpuUsage();
        await device.run({ port, username: readerId, password, topic, payloads, messages });
        for (const endMs = Date.now() + roundMsMax; reads() < wanted; ) {
          if (Date.now() > endMs) throw new Error(`${wanted - reads()} reads never came`);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        const { user, system } = process.cpuUsage(before);
        return (messages * readsEach) / ((user + system) / 1e6);
      };
      await round(subject);
      await round(peer);
      const speeds = await inTurn(isQuick ? 3 : 7, { subject: () => round(subject), peer: () => round(peer) });
      measures.push(
        measured({
          name: `MQTT reads into evidence, ${readsEach} a message`,
          value: median(speeds.subject),
          unit: "reads/s a core",
          ratioTo: "bare aedes, JSON.parse",
          ratio: ratioOf(speeds.subject, speeds.peer),
          goal: { of: "ratio", atLeast: goal },
        }),
      );
    }
  } finally {
    device.close();
    await subject.close();
    await peer.close();
  }
  return measures;
}
