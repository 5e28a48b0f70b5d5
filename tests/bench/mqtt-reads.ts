/**
 * Tag reads over MQTT QoS 1 into evidence: the guarded broker in its process, batches, link, driver, each read parsed, checked
 * and attributed to its layer; against bare aedes in a process of its own, the same batches, and one subscriber that does
 * JSON.parse. Figures are reads a second of CPU of both processes together.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { buildTopic } from "../../firmware-protocols/archive-mqtt/index.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import type { Sighting } from "../../src/contract/sighting.ts";
import { budgetDefaults } from "../../src/devices/broker/budgets.ts";
import { pipeChannel } from "../../src/devices/broker/byte-channel.ts";
import { keepBroker } from "../../src/devices/broker/keep-broker.ts";
import { openListener } from "../../src/devices/broker/open-listener.ts";
import { brokerRights } from "../../src/devices/broker/rights.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { antennaKey, type Layout } from "../../src/site/layout.ts";
import { layoutOfSite } from "./bench-context.ts";
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
  /** Of the broker's process. */
  pid: number;
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
  const rights = brokerRights(layout);
  const digest = createHash("sha256").update(password).digest("hex");
  const broker = await keepBroker({
    rights,
    digests: Object.fromEntries(rights.map(({ username }) => [username, digest])),
    port: 0,
    // Asked for each message as always, but for what no reader sends.
    budgets: { ...budgetDefaults, reads: { messagesPerS: 1e6, bytesPerS: 1e9, burstS: 10 } },
    clock: systemClock(),
    log: { warn: (facts, text) => console.error(text, facts), info: () => {} },
  });
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
    pid: broker.pid ?? 0,
    reads: evidence.reads,
    async close() {
      await devices.close();
      await broker.close();
    },
  };
}

async function bare(topic: string): Promise<Receiver> {
  const file = fileURLToPath(new URL("./bare-broker.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file], { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  const channel = pipeChannel(child.stdio[3] as Duplex);
  const listener = openListener(systemClock(), "bare");
  const port = new Promise<number>((resolve) => listener.onSaid((word) => resolve((word as { port: number }).port)));
  listener.listen(channel);
  const link = listener.openLink();
  let reads = 0;
  link.subscribe(topic, ({ payload }) => {
    reads += (JSON.parse(payload.toString()) as { reads: unknown[] }).reads.length;
  });
  link.start();
  listener.up(channel);
  return {
    port: await within(roundMsMax, "the bare broker's start", port),
    pid: child.pid ?? 0,
    reads: () => reads,
    async close() {
      channel.close();
    },
  };
}

/** Of this process and the broker's, in seconds. The kernel counts another's in hundredths. */
function cpuSeconds(pid: number): number {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (user + system) / 1e6 + (Number(fields[11]) + Number(fields[12])) / 100;
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
  const topic = buildTopic({ site: "demo", room: "r1", kind: "reader-tag", id: readerId });
  const [device, subject, peer] = await Promise.all([publisher(), ours(layout), bare(topic)]);
  const measures: Measure[] = [];
  try {
    for (const { readsEach, messages, goal } of [
      { readsEach: 100, messages: isQuick ? 300 : 3_000, goal: 0.7 },
      { readsEach: 1, messages: isQuick ? 1_500 : 15_000, goal: 0.75 },
    ]) {
      const payloads = payloadsOf(readsEach);
      /** Reads per second of CPU. */
      const round = async ({ port, pid, reads }: Receiver): Promise<number> => {
        const wanted = reads() + messages * readsEach;
        const before = cpuSeconds(pid);
        await device.run({ port, username: readerId, password, topic, payloads, messages });
        for (const endMs = Date.now() + roundMsMax; reads() < wanted; ) {
          if (Date.now() > endMs) throw new Error(`${wanted - reads()} reads never came`);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        return (messages * readsEach) / (cpuSeconds(pid) - before);
      };
      await round(subject);
      await round(peer);
      const speeds = await inTurn(isQuick ? 3 : 7, { subject: () => round(subject), peer: () => round(peer) });
      measures.push(
        measured({
          name: `MQTT reads into evidence, ${readsEach} a message`,
          value: median(speeds.subject),
          unit: "reads/s a core",
          ratioTo: "bare aedes in a process, same batches, JSON.parse",
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
