/**
 * Entry file of the broker's process. It imports aedes and its guards, but no site, database or HTTP. It ends with its parent:
 * the pipe of stdin closes however the parent ends.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Socket } from "node:net";
import type { BeginWord, SaidWord } from "./broker-words.ts";
import { type ByteChannel, pipeChannel } from "./byte-channel.ts";
import { frameKinds, frameReader, jsonFrame, readJson } from "./listener-frames.ts";
import { type EmbeddedBroker, openBroker } from "./open-broker.ts";

const channelDescriptor = 3;
/** Time for closing in order; wills and goodbyes take a moment. */
const endMsMax = 2_000;
/** If it was stopped for longer than this, it drops every connection, because its devices' messages are old. */
const heldMsMax = 2_000;

/** Reads the machine's monotonic clock, the same as in its other processes; called for each message. */
const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const monoMs = () => originMs + performance.now();

let broker: EmbeddedBroker | null = null;
let isEnding = false;

function end(): void {
  if (isEnding) return;
  isEnding = true;
  setTimeout(() => process.exit(0), endMsMax);
  void (broker?.close() ?? Promise.resolve()).finally(() => process.exit(0));
}

async function begin(channel: ByteChannel, word: BeginWord): Promise<void> {
  const digests = new Map(Object.entries(word.digests).map(([user, hex]) => [user, Buffer.from(hex, "hex")]));
  const say = (said: SaidWord) => channel.write(jsonFrame(frameKinds.said, said));
  try {
    broker = await openBroker({
      rights: word.rights,
      verify(username, password) {
        const expected = digests.get(username);
        return expected !== undefined && timingSafeEqual(createHash("sha256").update(password).digest(), expected);
      },
      port: word.port,
      monoMs,
      heldMsMax,
      ...(word.host ? { host: word.host } : {}),
      ...(word.limits ? { limits: word.limits } : {}),
      ...(word.budgets ? { budgets: word.budgets } : {}),
      onRefused: (reason, address) => listener?.say({ say: "refused", reason, address } satisfies SaidWord),
    });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    say({ say: "failed", code, detail: message });
    return;
  }
  const opened = broker;
  const listener = opened.attachListener(channel);
  say({ say: "ready", port: opened.port });
  setInterval(() => {
    listener.say({
      say: "alive",
      connections: opened.connectionCount,
      residentMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
      waitingBytes: listener.waitingBytes,
      clients: opened.counts.since(),
    } satisfies SaidWord);
  }, word.aliveMs);
}

process.stdin.once("close", end).resume();
// Ctrl-C, hang-up and a unit's stop are the gateway's to handle: MQTT controllers get their last STOP through this process.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

const channel = pipeChannel(new Socket({ fd: channelDescriptor, readable: true, writable: true }));
channel.onClosed(end);
let hasBegun = false;
const read = frameReader((kind, body) => {
  // The first frame is the configuration; all later ones belong to the listener.
  if (hasBegun || kind !== frameKinds.begin) return;
  hasBegun = true;
  void begin(channel, readJson(body) as BeginWord);
});
channel.onBytes((bytes) => {
  if (!hasBegun) read(bytes);
});
