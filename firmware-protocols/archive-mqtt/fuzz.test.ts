import { expect, test } from "vitest";
import { bytesSubject, type FuzzSubject, fuzzInputs, fuzzParser } from "../framing/fuzz.ts";
import { parseTopic, payloads, readPayload, type TopicKind, topicKinds, validate } from "./index.ts";

const inputs = fuzzInputs(process.env);
const encode = (text: string) => new TextEncoder().encode(text);
const examples = topicKinds.flatMap((kind) =>
  payloads[kind].examples.map((example) => ({ kind, example: example as Record<string, unknown> })),
);
const texts = examples.map(({ example }) => encode(JSON.stringify(example)));
const topics = topicKinds.map((kind) =>
  encode(`archive/v1/pku/room-3/${payloads[kind].topic.join("/").replace("{id}", "r-1")}`),
);
const junk = [null, true, -1, 1e300, 0.5, "", "x".repeat(300), "2026-13-01T00:00:00Z", [], [null], {}, { state: {} }];

let accepted = 0;
const parsed: FuzzSubject<{ kind: TopicKind; json: unknown }> = {
  name: "parsed payloads",
  make(luck) {
    const { kind, example } = examples[luck.below(examples.length)]!;
    const json: Record<string, unknown> = { ...example };
    const keys = Object.keys(json);
    for (let damages = luck.below(3); damages > 0; damages--) {
      json[keys[luck.below(keys.length)]!] = junk[luck.below(junk.length)];
    }
    if (luck.below(8) === 0) delete json[keys[luck.below(keys.length)]!];
    return { kind: luck.below(8) === 0 ? topicKinds[luck.below(topicKinds.length)]! : kind, json };
  },
  run({ kind, json }) {
    const result = validate(kind, json);
    if (result.ok) accepted++;
    else if (result.problems.length === 0) throw new Error("refused without a problem");
  },
  show: (input) => JSON.stringify(input),
};

test("parsed payloads survive any damage", () => {
  expect(fuzzParser(parsed, inputs, 1)).toMatchObject({ inputs });
  expect(accepted).toBeGreaterThan(inputs / 10);
}, 180_000);

let turn = 0;
test.each([
  // Most of the time here is spent in the engine's own JSON.parse, so this gets a tenth of the inputs.
  {
    count: Math.ceil(inputs / 10),
    subject: bytesSubject("payload bytes", texts, 2048, (bytes) => {
      turn = (turn + 1) % topicKinds.length;
      const result = readPayload(topicKinds[turn]!, bytes);
      if (!result.ok && result.problems.length === 0) throw new Error("refused without a problem");
    }),
  },
  {
    count: inputs,
    subject: bytesSubject("topics", topics, 200, (bytes) => {
      parseTopic(new TextDecoder().decode(bytes));
    }),
  },
])(
  "$subject.name survive any bytes",
  ({ subject, count }) => {
    expect(fuzzParser(subject, count, 1)).toMatchObject({ inputs: count });
  },
  180_000,
);
