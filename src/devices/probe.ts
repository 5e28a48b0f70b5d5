/** `guiwei probe`: examines one real reader before any site exists. A power cycle undoes all that it changes there. */
import type { R2000Frame } from "../../firmware-protocols/r2000/index.ts";
import { decodeReply, encodeRequest, publicAddress } from "../../firmware-protocols/r2000/index.ts";
import type { Chance } from "../clock/chance.ts";
import { type Clock, sleep } from "../clock/clock.ts";
import { Refusal, sentence } from "../contract/errors.ts";
import type { LinkSpec } from "../site/schema.ts";
import type { Bus } from "./bus/bus.ts";
import { type R2000Unit, r2000Unit } from "./drivers/r2000/r2000-unit.ts";
import type { ByteLink } from "./links/byte-link.ts";
import { listSerialPorts } from "./links/list-ports.ts";
import { openBus } from "./open-bus.ts";

export interface ProbeOptions {
  /** Device path, id under /dev/serial/by-id, HOST or HOST:PORT; null lists the machine's ports. */
  target: string | null;
  language: "zh" | "en";
  clock: Clock;
  chance: Chance;
  /** Prints one line, given without its line end. */
  write(line: string): void;
  /** How long reads are shown. */
  seconds?: number;
  baud?: number;
  /** Replaces the wire in tests. */
  link?: ByteLink;
}

const defaultSeconds = 5;
const defaultBaud = 115_200;
/** Factory port of the readers' network adapters (firmware-protocols/r2000/PROTOCOL.md). */
const readerPort = 4001;
const upMsMax = 6000;
const portsTried = 8;

const words = {
  zh: {
    ports: "本机串口：",
    noPorts: "没有找到串口。网络读写器请用：guiwei probe 主机[:4001]",
    opening: "正在打开 {target} …",
    reader: "读写器地址 {address}，固件 V{firmware}，温度 {temperature}，功率 {power}",
    antennas: "天线：{good} 已接；{bad}",
    allGood: "没有缺失",
    missing: "缺失 {list}",
    reading: "读取 {seconds} 秒：",
    read: "  天线 {antenna}  {epc}  {signal} dBm",
    summary: "共 {tags} 个标签，{reads} 次读取。",
    silent: "没有 R2000 读写器应答：请检查型号、波特率（{baud}）、A/B 线是否接反、电源。",
    noTag: "没有读到标签：把一个标签放到天线前再试。",
  },
  en: {
    ports: "Serial ports of this machine:",
    noPorts: "No serial port found. For a networked reader: guiwei probe HOST[:4001]",
    opening: "Opening {target} …",
    reader: "Reader at address {address}, firmware V{firmware}, temperature {temperature}, power {power}",
    antennas: "Antennas: {good} connected; {bad}",
    allGood: "none missing",
    missing: "missing {list}",
    reading: "Reading for {seconds} s:",
    read: "  antenna {antenna}  {epc}  {signal} dBm",
    summary: "{tags} tags, {reads} reads.",
    silent: "No R2000 reader answers: check model, baud rate ({baud}), swapped A/B wires, power.",
    noTag: "No tag was read: hold one before an antenna and try again.",
  },
} as const;

/** Returns the exit code: 0 = a reader answered (or the ports are listed), 1 = not. */
export async function probe(options: ProbeOptions): Promise<number> {
  const { language, target, clock } = options;
  const say = (key: keyof typeof words.en, params: Record<string, string | number> = {}) =>
    options.write(words[language][key].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? "—")));
  if (target === null && !options.link) {
    await listPorts(options, say);
    return 0;
  }
  const baud = options.baud ?? defaultBaud;
  const spec = { id: "probe", link: linkOf(target ?? "", baud) };
  const opened = openBus({
    spec,
    override: options.link,
    devices: [{ id: "probe", kind: "reader", protocol: "r2000", bus: "probe" }],
    clock,
    chance: options.chance,
  });
  if (opened.protocol !== "r2000") return 1;
  const { bus, link } = opened;
  say("opening", { target: target ?? link.name });
  link.start();
  try {
    await untilUp(bus, clock);
    const address = await findAddress(bus);
    if (address === null) {
      say("silent", { baud });
      return 1;
    }
    await look(r2000Unit(bus, address, target ?? "probe"), address, options, say);
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    options.write(sentence(error.code, language, error.params));
    return 1;
  } finally {
    await link.stop();
  }
}

type Say = (key: keyof typeof words.en, params?: Record<string, string | number>) => void;

async function listPorts(options: ProbeOptions, say: Say): Promise<void> {
  const ports = await listSerialPorts();
  say(ports.length === 0 ? "noPorts" : "ports");
  for (const { path, byId, maker } of ports) options.write(`  ${[path, byId, maker].filter(Boolean).join("  ")}`);
}

function linkOf(target: string, baud: number): LinkSpec {
  const network = /^([A-Za-z0-9.-]+?)(?::(\d{1,5}))?$/.exec(target);
  const isPort = target.includes("/") || /^COM\d+$/i.test(target) || /^usb-/.test(target);
  if (isPort || !network) return { kind: "serial", port: target, baud };
  return { kind: "tcp", host: network[1] as string, port: Number(network[2] ?? readerPort) };
}

/** Rejects with the link's own reason as soon as the first attempt failed. */
async function untilUp(bus: Bus<R2000Frame>, clock: Clock): Promise<void> {
  for (const untilMs = clock.monoMs() + upMsMax; !bus.link.state.up; ) {
    if (bus.link.state.reason) throw bus.link.state.reason;
    if (clock.monoMs() >= untilMs) throw new Refusal("link-timeout", { address: bus.link.name, limitMs: upMsMax });
    await sleep(clock, 20);
  }
}

/** Any reader obeys the public address and answers with its own. */
async function findAddress(bus: Bus<R2000Frame>): Promise<number | null> {
  try {
    const [frame] = await bus.request({
      slave: publicAddress,
      priority: "inventory",
      bytes: encodeRequest(publicAddress, { kind: "get-firmware-version" }),
      matches: (answer) => (decodeReply(answer).kind === "firmware-version" ? "done" : "no"),
      timeoutMs: 400,
      retries: 2,
    });
    return frame?.address ?? null;
  } catch (error) {
    if (error instanceof Refusal && error.code === "device-timeout") return null;
    throw error;
  }
}

async function look(unit: R2000Unit, address: number, options: ProbeOptions, say: Say): Promise<void> {
  const { clock } = options;
  const [firmware] = await unit.ask({ kind: "get-firmware-version" }, { retries: 2 });
  const [temperature] = await unit.ask({ kind: "get-temperature" }, { retries: 2 });
  const [power] = await unit.ask({ kind: "get-output-power" }, { retries: 2 });
  say("reader", {
    address,
    firmware: firmware?.kind === "firmware-version" ? `${firmware.major}.${firmware.minor}` : "?",
    temperature: temperature?.kind === "temperature" ? `${temperature.celsius} °C` : "?",
    power: power?.kind === "output-power" ? `${power.powersDbm.join("/")} dBm` : "?",
  });

  const good: number[] = [];
  const bad: number[] = [];
  const seen = new Map<string, number>();
  let reads = 0;
  const round = async (antenna: number): Promise<string | null> => {
    const [set] = await unit.ask({ kind: "set-work-antenna", value: antenna - 1 }, { retries: 1 });
    if (set?.kind === "status" && set.outcome === "error") return set.name;
    const replies = await unit.ask({ kind: "real-time-inventory", repeat: 1 }, { timeoutMs: 1500, answerMsMax: 5000 });
    for (const reply of replies) {
      if (reply.kind === "status" && reply.outcome === "error") return reply.name;
      if (reply.kind !== "tag") continue;
      reads++;
      const key = `${antenna}/${reply.epc}`;
      if (!seen.has(key)) say("read", { antenna, epc: reply.epc, signal: reply.signalDbm });
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    return null;
  };

  const seconds = options.seconds ?? defaultSeconds;
  say("reading", { seconds });
  for (let antenna = 1; antenna <= portsTried; antenna++) {
    const fault = await round(antenna);
    if (fault === null) good.push(antenna);
    else if (fault === "antenna-missing") bad.push(antenna);
    else break;
  }
  const untilMs = clock.monoMs() + seconds * 1000;
  for (let i = 0; good.length > 0 && clock.monoMs() < untilMs; i++) await round(good[i % good.length] as number);
  const missing = bad.length === 0 ? words[options.language].allGood : words[options.language].missing;
  say("antennas", { good: good.join(", ") || "—", bad: missing.replace("{list}", bad.join(", ")) });
  if (reads === 0) say("noTag");
  else say("summary", { tags: new Set([...seen.keys()].map((key) => key.split("/")[1])).size, reads });
}
