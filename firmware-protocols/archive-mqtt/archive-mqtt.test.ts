import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";
import { Ajv } from "ajv";
import fc from "fast-check";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { describe, expect, test } from "vitest";
import type { WireStatus } from "../register-maps/wire-status.ts";
import {
  asyncApiDocument,
  buildTopic,
  judgeDelivery,
  type Payload,
  parseTopic,
  payloadBytesMax,
  payloads,
  readPayload,
  type TopicKind,
  topicFilter,
  topicKinds,
  validate,
} from "./index.ts";
import file from "./vectors.json" with { type: "json" };

interface Vector {
  kind: TopicKind;
  topic: string;
  payload: Record<string, unknown> & { reads?: unknown[] };
  valid: boolean;
  path?: string;
  repeatReads?: number;
  source: { note: string };
}
const vectors = (file.vectors as unknown as Vector[]).map((vector) =>
  vector.repeatReads
    ? {
        ...vector,
        payload: { ...vector.payload, reads: new Array(vector.repeatReads).fill(vector.payload.reads?.[0]) },
      }
    : vector,
);
const titled = vectors.map((vector) => ({ vector, title: `${vector.kind}: ${vector.source.note}` }));

describe("messages", () => {
  test.each(titled.filter(({ vector }) => vector.valid))("$title is accepted", ({ vector }) => {
    expect(validate(vector.kind, vector.payload)).toEqual({ ok: true, value: vector.payload });
    const bytes = new TextEncoder().encode(JSON.stringify(vector.payload));
    expect(readPayload(vector.kind, bytes)).toEqual({ ok: true, value: vector.payload });
  });

  test.each(titled.filter(({ vector }) => !vector.valid))("$title is refused with the place", ({ vector }) => {
    const result = validate(vector.kind, vector.payload);
    if (result.ok) throw new Error("accepted");
    expect(result.problems.length).toBeGreaterThan(0);
    if (vector.path) expect(result.problems.map(({ path }) => path)).toContain(vector.path);
  });

  test("every kind has a valid and an invalid vector, and examples", () => {
    for (const isValid of [true, false]) {
      const seen = new Set(vectors.filter(({ valid }) => valid === isValid).map(({ kind }) => kind));
      expect([...seen].sort()).toEqual([...topicKinds].sort());
    }
    for (const kind of topicKinds) {
      expect(payloads[kind].examples.length).toBeGreaterThan(0);
      for (const example of payloads[kind].examples) expect(validate(kind, example), kind).toMatchObject({ ok: true });
    }
  });

  test("a shelf's state is the wire status, field for field", () => {
    const online = payloads["shelf-state"].examples[1] as Extract<Payload<"shelf-state">, { state: "online" }>;
    // Compiles only while the schema carries every field of the status.
    const { state: _state, seq: _seq, sentAt: _sentAt, alarms: _alarms, heardAsk: _heardAsk, ...status } = online;
    const same: WireStatus = status;
    const wanted: (keyof WireStatus)[] = [
      "activity",
      "bootId",
      "columns",
      "humidityPct",
      "interlocks",
      "lastCommand",
      "light",
      "occupancy",
      "openAisle",
      "temperatureC",
    ];
    expect(Object.keys(same).sort()).toEqual(wanted);
  });

  test("commands, STOP and tag reads are never retained; states always are", () => {
    const retained = topicKinds.filter((kind) => payloads[kind].isRetained);
    expect(retained.sort()).toEqual(["env", "input-state", "light-state", "reader-state", "shelf-state", "status"]);
    for (const kind of ["shelf-cmd", "shelf-stop", "reader-tag"] as const) expect(payloads[kind].qos).toBe(1);
  });

  test("bytes that are no JSON, no UTF-8 or too many are refused, not thrown", () => {
    for (const bytes of [[], [0x7b], [0xff, 0xfe], [0x22, 0xc3, 0x28, 0x22]]) {
      expect(readPayload("alarm", Uint8Array.from(bytes))).toMatchObject({ ok: false });
    }
    expect(readPayload("alarm", new Uint8Array(payloadBytesMax + 1))).toMatchObject({ ok: false });
  });

  test("any JSON at all gets an answer", () => {
    const kinds = fc.constantFrom(...topicKinds);
    fc.assert(
      fc.property(kinds, fc.jsonValue(), (kind, json) => {
        const result = validate(kind, json);
        return result.ok || result.problems.length > 0;
      }),
    );
  });

  test("a valid message with one field spoilt is refused or still of the shape", () => {
    const valid = vectors.filter((vector) => vector.valid);
    const checks = new Map(topicKinds.map((kind) => [kind, Compile(payloads[kind].schema as TSchema)]));
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.nat(), fc.jsonValue(), ({ kind, payload }, place, junk) => {
        const keys = Object.keys(payload);
        const spoilt = { ...payload, [keys[place % keys.length] as string]: junk };
        const isOurs = validate(kind, spoilt).ok;
        // TypeBox's own compiler serves for comparison; our validation may only be stricter.
        return !isOurs || (checks.get(kind)?.Check(spoilt) as boolean);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("topics", () => {
  test.each(titled)("$title stands on its topic", ({ vector }) => {
    const topic = parseTopic(vector.topic);
    expect(topic).toMatchObject({ site: "pku", room: "room-3", kind: vector.kind });
    expect(buildTopic(topic as NonNullable<typeof topic>)).toBe(vector.topic);
  });

  test.each([
    "archive/v1/pku/room-3",
    "archive/v1/pku/room-3/reader",
    "archive/v1/pku/room-3/reader/r-1",
    "archive/v1/pku/room-3/reader/r-1/tag/more",
    "archive/v1/pku/room-3/reader/R1/tag",
    "archive/v1/pku/room-3/reader/+/tag",
    "archive/v1/pku/room-3/reader/{id}/tag",
    "archive/v1/pku/room-3/reader//tag",
    "archive/v2/pku/room-3/status",
    "archive/v1/pku/#",
    "archive/v1/pku/room 3/status",
    "archive/v1/pku/room-3/status/x",
    "archive/v1/pku/room-3/__proto__",
    `archive/v1/pku/${"r".repeat(33)}/status`,
    "",
  ])("%s is none of ours", (topic) => {
    expect(parseTopic(topic)).toBeNull();
  });

  test("an id that could change the topic cannot be built in", () => {
    const base = { site: "pku", room: "room-3", kind: "shelf-cmd" as const };
    for (const id of ["a/b", "+", "#", "", "A", "x".repeat(33), null]) {
      expect(() => buildTopic({ ...base, id })).toThrow(RangeError);
    }
    expect(topicFilter("pku", "+", "shelf-state")).toBe("archive/v1/pku/+/shelf/+/state");
  });

  test("any string at all is ours or not", () => {
    fc.assert(
      fc.property(fc.string(), (text) => parseTopic(`archive/v1/${text}`) === null || text.split("/").length > 2),
    );
  });
});

test("a command that came late, retained or twice is not obeyed", () => {
  const command = { expiresAt: "2026-11-22T08:00:02.000Z" };
  const fresh = { isRetained: false, isDuplicate: false, receivedAtMs: Date.parse(command.expiresAt) };
  expect(judgeDelivery(command, fresh)).toBeNull();
  expect(judgeDelivery(command, { ...fresh, receivedAtMs: fresh.receivedAtMs + 1 })).toBe("stale");
  expect(judgeDelivery(command, { ...fresh, isRetained: true })).toBe("stale");
  expect(judgeDelivery(command, { ...fresh, isDuplicate: true })).toBe("duplicate");
  expect(judgeDelivery({ expiresAt: "whenever" }, fresh)).toBe("stale");
});

describe("the AsyncAPI document", () => {
  const document = asyncApiDocument({ id: "pku", rooms: ["room-3"], brokerHost: "localhost:1883" });

  test("is accepted by @asyncapi/parser, which refuses a spoilt one", async () => {
    const parser = new Parser();
    const errorsOf = async (text: string) =>
      (await parser.parse(text)).diagnostics.filter(({ severity }) => severity === 0).map(({ message }) => message);
    expect(await errorsOf(JSON.stringify(document))).toEqual([]);
    expect(await errorsOf(JSON.stringify(document).replace('"action":"send"', '"action":"shout"'))).not.toEqual([]);
    // The parser compiles its whole rule set: 3 s alone, 20 s on a busy machine.
  }, 120_000);

  test("has a channel for every kind, and examples that ajv accepts against the schema beside them", () => {
    const { messages } = document.components as {
      messages: Record<string, { payload: object; examples: { payload: unknown }[] }>;
    };
    const channels = document.channels as Record<string, { address: string }>;
    expect(Object.keys(messages)).toHaveLength(topicKinds.length);
    expect(channels.shelfCmd?.address).toBe("archive/v1/pku/{room}/shelf/{id}/cmd");
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    for (const [name, { payload, examples }] of Object.entries(messages)) {
      const check = ajv.compile(payload);
      for (const example of examples) expect(check(example.payload), name).toBe(true);
      expect(check({ state: 1 }), name).toBe(false);
    }
  });
});

test("a message of 100 reads is validated in less than twice the time of JSON.parse", () => {
  const read = { epc: "3034257BF7194E4000001A85", antenna: 3, rssiDbm: -61.5, agoMs: 40 };
  const envelope = { bootId: 1, seq: 2, sentAt: "2026-11-22T08:00:00.000Z" };
  const text = JSON.stringify({ ...envelope, reads: new Array(100).fill(read) });
  const value: unknown = JSON.parse(text);
  const timed = (work: () => unknown) => {
    const from = performance.now();
    for (let i = 0; i < 200; i++) work();
    return performance.now() - from;
  };
  const ratios = Array.from({ length: 9 }, () => {
    const parseMs = timed(() => JSON.parse(text));
    return timed(() => validate("reader-tag", value)) / parseMs;
  });
  expect(ratios.sort((a, b) => a - b)[4]).toBeLessThan(2);
});

test("PROTOCOL.md has every topic with its rules", () => {
  const text = readFileSync(new URL("./PROTOCOL.md", import.meta.url), "utf8");
  for (const kind of topicKinds) {
    const { topic, sender, qos, isRetained } = payloads[kind];
    const row = text.split("\n").find((line) => line.startsWith(`| \`${topic.join("/")}\` | ${kind} |`));
    const [, , , from, level, retained] = (row ?? "").split("|").map((cell) => cell.trim().replaceAll("*", ""));
    expect([from, level], kind).toEqual([sender, String(qos)]);
    expect(retained === "yes", kind).toBe(isRetained);
  }
});
