import type { StreamParser } from "./stream-parser.ts";

/** Seeded numbers for fuzzing (xorshift32): the same seed gives the same inputs on every machine. */
export interface Luck {
  /** A whole number in 0..below−1. */
  below(below: number): number;
}

export function luckOf(seed: number): Luck {
  let state = seed >>> 0 || 0x9e3779b9;
  return {
    below(below) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    },
  };
}

/** A function that must survive any input. `run` throws when it does not. */
export interface FuzzSubject<Input> {
  readonly name: string;
  make(luck: Luck): Input;
  run(input: Input): void;
  show(input: Input): string;
}

export interface FuzzReport {
  readonly name: string;
  readonly inputs: number;
  readonly seed: number;
}

/** How many inputs a test gives each subject; FUZZ_INPUTS=10000000 for the long run. */
export function fuzzInputs(environment: Readonly<Record<string, string | undefined>>): number {
  const asked = Number(environment.FUZZ_INPUTS);
  return Number.isInteger(asked) && asked > 0 ? asked : 1_000_000;
}

/** Throws an Error that names the subject, the seed and the input at the first failure. */
export function fuzzParser<Input>(subject: FuzzSubject<Input>, inputs: number, seed: number): FuzzReport {
  const luck = luckOf(seed);
  for (let index = 0; index < inputs; index += 1) {
    const input = subject.make(luck);
    try {
      subject.run(input);
    } catch (cause) {
      throw new Error(`${subject.name}, seed ${seed}, input ${index}: ${subject.show(input)}`, { cause });
    }
  }
  return { name: subject.name, inputs, seed };
}

/**
 * A subject for decoders of bytes: three times in four a good sample damaged, cut or joined with another, else noise. `bytesMax`
 * limits the length of an input.
 */
export function bytesSubject(
  name: string,
  samples: readonly Uint8Array[],
  bytesMax: number,
  run: (bytes: Uint8Array) => void,
): FuzzSubject<Uint8Array> {
  return {
    name,
    make: (luck) => damagedBytes(luck, samples, bytesMax),
    run,
    show: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

export function damagedBytes(luck: Luck, samples: readonly Uint8Array[], bytesMax: number): Uint8Array {
  if (samples.length === 0 || luck.below(4) === 0) {
    const noise = new Uint8Array(luck.below(Math.min(bytesMax, 48) + 1));
    for (let at = 0; at < noise.length; at += 1) noise[at] = luck.below(256);
    return noise;
  }
  const first = samples[luck.below(samples.length)]!;
  const second = luck.below(3) === 0 ? samples[luck.below(samples.length)]! : first.subarray(0, 0);
  const bytes = new Uint8Array(Math.min(bytesMax, first.length + second.length));
  bytes.set(first.subarray(0, bytes.length));
  bytes.set(
    second.subarray(0, bytes.length - Math.min(bytes.length, first.length)),
    Math.min(bytes.length, first.length),
  );
  if (bytes.length === 0) return bytes;
  for (let damages = luck.below(4); damages > 0; damages -= 1) {
    const at = luck.below(bytes.length);
    bytes[at] = luck.below(2) === 0 ? bytes[at]! ^ (1 << luck.below(8)) : luck.below(256);
  }
  return luck.below(4) === 0 ? bytes.subarray(0, luck.below(bytes.length + 1)) : bytes;
}

/**
 * A subject for stream parsers: one parser for the whole run, fed chunk by chunk, flushed at random. Checks that every byte is
 * accounted for and that no more than `pendingBytesMax` is held; `use` gets every frame.
 */
export function parserSubject<Frame>(
  name: string,
  parser: StreamParser<Frame>,
  pendingBytesMax: number,
  samples: readonly Uint8Array[],
  use: (frame: Frame) => void,
): FuzzSubject<Uint8Array> {
  return bytesSubject(name, samples, 4 * pendingBytesMax, (bytes) => {
    const before = parser.pendingBytes;
    let seen = 0;
    for (const piece of parser.push(bytes, 0)) {
      seen += piece.bytes.length;
      if (piece.kind === "frame") use(piece.frame);
    }
    if (seen + parser.pendingBytes !== before + bytes.length) throw new Error(`${seen} bytes seen of ${bytes.length}`);
    if (parser.pendingBytes > pendingBytesMax) throw new Error(`${parser.pendingBytes} bytes held`);
    if ((bytes.length & 7) === 0) {
      for (const piece of parser.flush()) if (piece.kind === "frame") use(piece.frame);
      if (parser.pendingBytes !== 0) throw new Error("bytes left after a flush");
    }
  });
}

const strangeValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  255,
  1e308,
  "",
  "zz",
  "NAA=",
  "E200001234567890",
  "2026-11-21T15:00:00",
  "2026-99-99T99:99:99Z",
  "档案",
  "A".repeat(500),
  [],
  {},
  [[]],
];

/** A subject for decoders of parsed JSON: a good sample with values replaced, texts damaged, keys lost and lists repeated. */
export function jsonSubject(
  name: string,
  samples: readonly unknown[],
  run: (json: unknown) => void,
): FuzzSubject<unknown> {
  return {
    name,
    make: (luck) => damagedJson(luck, samples[luck.below(samples.length)], 2 + luck.below(12)),
    run,
    show: (json) => JSON.stringify(json),
  };
}

/** One node in `rarity` is damaged. */
function damagedJson(luck: Luck, json: unknown, rarity: number): unknown {
  if (luck.below(rarity) === 0) {
    if (typeof json !== "string" || luck.below(2) === 0) return strangeValues[luck.below(strangeValues.length)];
    const at = luck.below(json.length + 1);
    return json.slice(0, at) + String.fromCharCode(32 + luck.below(96)) + json.slice(at + luck.below(3));
  }
  if (Array.isArray(json)) {
    const entries = json.map((entry) => damagedJson(luck, entry, rarity));
    return luck.below(rarity) === 0 ? entries.concat(entries) : entries;
  }
  if (typeof json !== "object" || json === null) return json;
  const damaged: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json)) {
    if (luck.below(rarity) !== 0) damaged[key] = damagedJson(luck, value, rarity);
  }
  return damaged;
}
