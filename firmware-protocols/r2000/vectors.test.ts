import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../framing/hex.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "./decode.ts";
import { createR2000Parser, type R2000Frame } from "./frame.ts";
import { frequencyKHzOf } from "./signal.ts";
import { messages, type Reply, type Request } from "./table.ts";
import file from "./vectors.json" with { type: "json" };

interface Vector {
  name: string;
  direction: string;
  hex: string;
  valid: boolean;
  decoded?: Record<string, unknown>;
}
const vectors = file.vectors as Vector[];
const streams = file.streams as { name: string; hex?: string; chunks?: string[]; expect: string[] }[];
const good = vectors.filter((vector) => vector.valid);

function frameOf(hex: string): R2000Frame {
  const parser = createR2000Parser();
  const parsed = [...parser.push(fromHex(hex)!, 0), ...parser.flush()];
  expect(parsed.map(({ kind, bytes }) => [kind, toHex(bytes)])).toEqual([["frame", hex]]);
  return parsed[0]!.kind === "frame" ? parsed[0]!.frame : expect.unreachable();
}

function decode(vector: Vector) {
  const frame = frameOf(vector.hex);
  return { frame, message: vector.direction === "host" ? decodeRequest(frame) : decodeReply(frame) };
}

/** Our message in the terms of the public vector files. */
function inVectorWords(frame: R2000Frame, message: ReturnType<typeof decodeReply> | ReturnType<typeof decodeRequest>) {
  const hex = { data: toHex(frame.payload) };
  switch (message.kind) {
    case "tag":
      return {
        ...message,
        pc: message.pc.toString(16).toUpperCase(),
        freqIndex: message.frequencyIndex,
        freqMHz: frequencyKHzOf(message.frequencyIndex)! / 1000,
        rssiDbm: message.signalDbm,
      };
    case "inventory-end":
      return { ...message, kind: "end" };
    case "status":
      return { kind: "status", code: message.code.toString(16), ok: message.outcome === "done" };
    case "antenna-error":
      return { kind: "data", ...hex, antenna: message.antenna, errorCode: message.status.code.toString(16) };
    case "output-power":
      return { kind: "value", value: message.powersDbm[0], dBm: message.powersDbm[0] };
    case "firmware-version":
      return { ...message, kind: "data", ...hex };
    case "set-output-power":
      return { ...hex, dBm: message.powersDbm[0] };
    case "set-work-antenna":
      return { ...hex, antenna: message.value };
    case "set-antenna-bank":
      return { ...hex, bank: message.value === 0 ? "1-8" : "9-16" };
    case "fast-switch": {
      const antennas = message.stays.map(({ antenna }) => antenna);
      return { ...hex, ...message, antennas, stay: message.stays.map(({ rounds }) => rounds) };
    }
    case "set-epc-match":
      return { ...hex, mode: message.epc === null ? 1 : 0, epc: message.epc };
    default:
      return { ...hex, ...message };
  }
}

describe("R2000 vectors", () => {
  it.each(good)("$name decodes to what its source says", (vector) => {
    const { frame, message } = decode(vector);
    const { address, cmd, len, message: typed, ...words } = vector.decoded!;
    expect({ address: frame.address, cmd: frame.command, len: frame.payload.length + 3 }).toEqual({
      address,
      cmd: Number.parseInt(cmd as string, 16),
      len,
    });
    if (typed === undefined) expect(inVectorWords(frame, message)).toMatchObject(words);
    else expect(message).toEqual(typed);
  });

  it.each(good)("$name encodes to the same bytes", (vector) => {
    const { frame, message } = decode(vector);
    const bytes =
      vector.direction === "host"
        ? encodeRequest(frame.address, message as Request)
        : encodeReply(frame.address, frame.command, message as Reply);
    expect(toHex(bytes)).toBe(vector.hex);
  });

  it.each(vectors.filter((vector) => !vector.valid))("$name is refused, every byte of it noise", ({ hex }) => {
    const parser = createR2000Parser();
    const parsed = [...parser.push(fromHex(hex)!, 0), ...parser.flush()];
    expect(parsed.map(({ kind }) => kind)).not.toContain("frame");
    expect(parsed.map(({ bytes }) => toHex(bytes)).join("")).toBe(hex);
  });

  it.each(streams)("stream $name yields its frames", (stream) => {
    const parser = createR2000Parser();
    const chunks = stream.chunks ?? [stream.hex!];
    const frames = chunks.flatMap((chunk) => parser.push(fromHex(chunk)!, 0)).filter(({ kind }) => kind === "frame");
    expect(frames.map(({ bytes }) => toHex(bytes))).toEqual(stream.expect);
    expect(parser.pendingBytes).toBe(0);
  });
});

// Record<…, true> makes tsc complain when a kind is added and not listed here.
const requestKinds: Record<Request["kind"], true> = {
  "read-gpio": true,
  "write-gpio": true,
  "set-antenna-detector": true,
  "get-antenna-detector": true,
  "set-temporary-power": true,
  "set-link-profile": true,
  "get-link-profile": true,
  "set-antenna-bank": true,
  reset: true,
  "set-baud-rate": true,
  "get-firmware-version": true,
  "set-address": true,
  "set-work-antenna": true,
  "get-work-antenna": true,
  "set-output-power": true,
  "get-output-power": true,
  "set-region": true,
  "get-region": true,
  "set-beeper": true,
  "get-temperature": true,
  "measure-return-loss": true,
  inventory: true,
  "set-epc-match": true,
  "get-epc-match": true,
  "real-time-inventory": true,
  "fast-switch": true,
  "session-inventory": true,
  "get-buffer": true,
  "take-buffer": true,
  "count-buffer": true,
  "clear-buffer": true,
};
const replyKinds: Record<Reply["kind"], true> = {
  status: true,
  "gpio-levels": true,
  "antenna-detector": true,
  "link-profile": true,
  "firmware-version": true,
  "work-antenna": true,
  "output-power": true,
  region: true,
  temperature: true,
  "return-loss": true,
  "inventory-summary": true,
  "epc-match": true,
  tag: true,
  "inventory-end": true,
  "fast-switch-end": true,
  "antenna-error": true,
  "buffered-tag": true,
  "buffer-count": true,
};

describe("no message without a vector", () => {
  const seen = new Set(good.map((vector) => `${vector.direction} ${vector.decoded!.cmd}`));
  const kinds = new Set(good.map((vector) => decode(vector).message.kind));

  it.each(messages.map(({ name, command }) => [name, command.toString(16).toUpperCase().padStart(2, "0")] as const))(
    "%s (%s) has one from the host and one from the reader",
    (_, cmd) => {
      expect([seen.has(`host ${cmd}`), seen.has(`reader ${cmd}`)]).toEqual([true, true]);
    },
  );

  it("every kind of request and reply has one", () => {
    const missing = [...Object.keys(requestKinds), ...Object.keys(replyKinds)].filter(
      (kind) => !kinds.has(kind as never),
    );
    expect(missing).toEqual([]);
  });

  it("the table holds every kind of request, under its own name and no command twice", () => {
    expect(messages.map(({ name }) => name).toSorted()).toEqual(Object.keys(requestKinds).toSorted());
    expect(new Set(messages.map(({ command }) => command)).size).toBe(messages.length);
  });
});
