import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../framing/hex.ts";
import {
  answerAdu,
  createPlainBank,
  createRequestParser,
  createResponseParser,
  encodeRequest,
  type ModbusRequest,
  type ModbusResponse,
  matchResponse,
  type RegisterBank,
} from "../modbus/index.ts";
import {
  type AlarmName,
  type ClimateRegisterMap,
  climateSensors,
  createControllerBank,
  decodeClimate,
  decodeStatus,
  encodeBeat,
  encodeClimate,
  encodeCommand,
  encodeLight,
  encodeStop,
  judgeCheck,
  type RegisterMap,
  registerMaps,
  type ShelfShape,
  statusReads,
  verbs,
  type WireClimate,
  type WireCommand,
  type WireLight,
  type WireStatus,
  type WireStep,
  type WireVerb,
} from "./index.ts";
import file from "./vectors.json" with { type: "json" };

interface Exchange {
  kind: "check" | "write" | "wait";
  tx: string;
  rx: string;
  ms: number;
}
interface Vector {
  registerMap: string;
  message: string;
  args: WireCommand & { beat: number; target: WireLight | null };
  steps?: Exchange[];
  shape: ShelfShape;
  reads?: { tx: string; rx: string }[];
  decoded: WireStatus & WireClimate;
  alarms: AlarmName[];
  source: unknown;
}
const vectors = file.vectors as unknown as Vector[];
const titled = vectors.map((vector, i) => ({ vector, title: `${vector.registerMap} ${vector.message} (${i + 1})` }));
const hexOf = (request: ModbusRequest) => toHex(encodeRequest("rtu", 1, request, 0));

function answerOf(request: ModbusRequest, rx: string): ModbusResponse {
  const [piece] = createResponseParser("rtu").push(fromHex(rx) as Uint8Array, 0);
  if (piece?.kind !== "frame") throw new Error(`${rx} is no frame`);
  const match = matchResponse({ mode: "rtu", unit: 1, request, transactionId: 0 }, piece.frame);
  if (match.kind !== "response") throw new Error(`${rx}: ${JSON.stringify(match)}`);
  return match.response;
}

function replyOf(bank: RegisterBank, tx: string): string {
  const [piece] = createRequestParser("rtu").push(fromHex(tx) as Uint8Array, 0);
  if (piece?.kind !== "frame") throw new Error(`${tx} is no frame`);
  return toHex(answerAdu("rtu", 1, piece.frame, bank) ?? new Uint8Array(0));
}

function stepsOf(registerMap: RegisterMap, { message, args }: Vector): WireStep[] {
  if (message === "stop") return encodeStop(registerMap);
  const single =
    message === "heartbeat"
      ? encodeBeat(registerMap, args.beat)
      : message === "light"
        ? encodeLight(registerMap, args.target)
        : null;
  if (single) return [{ kind: "write", request: single }];
  const steps = encodeCommand(registerMap, { ...args, verb: message as WireVerb }, args.beat);
  if (!steps) throw new Error(`${registerMap.name} has no ${message}`);
  return steps;
}

describe("commands", () => {
  test.each(titled.filter(({ vector }) => vector.steps))("$title gives exactly these bytes", ({ vector }) => {
    const steps = stepsOf(registerMaps[vector.registerMap] as RegisterMap, vector);
    const shown = steps.map((step) => (step.kind === "wait" ? `wait ${step.ms}` : hexOf(step.request)));
    expect(shown).toEqual(vector.steps?.map((step) => (step.kind === "wait" ? `wait ${step.ms}` : step.tx)));
    for (const [i, step] of steps.entries()) {
      if (step.kind === "check") {
        expect(judgeCheck(step, answerOf(step.request, vector.steps?.[i]?.rx as string))).toBeNull();
      }
    }
  });

  test.each(titled.filter(({ vector }) => vector.steps))(
    "$title is answered by the controller's side",
    ({ vector }) => {
      const shape = { columns: [1, 2, 3], aisles: 2 };
      const status = vectors.find(
        ({ message, registerMap }) => message === "status" && registerMap === "room-1",
      ) as Vector;
      const quiet = {
        ...status.decoded,
        interlocks: { ...status.decoded.interlocks, emergencyStop: false, inhibited: false },
      };
      const received: unknown[] = [];
      const bank = createControllerBank(registerMaps[vector.registerMap] as RegisterMap, shape, {
        status: () => quiet,
        receive: (input) => received.push(input),
      });
      for (const step of vector.steps ?? []) if (step.kind !== "wait") expect(replyOf(bank, step.tx)).toBe(step.rx);
      expect(received).toEqual(meaningOf(vector));
    },
  );
});

/** What a controller must understand. */
function meaningOf({ registerMap, message, args }: Vector): unknown[] {
  const hasFields = registerMap === "room-1";
  if (message === "stop" || (!hasFields && message === "pause")) return [{ kind: "stop" }];
  if (message === "heartbeat") return [{ kind: "beat", beat: args.beat }];
  if (message === "light") return [{ kind: "light", target: args.target }];
  const { beat, ...fields } = args;
  if (hasFields)
    return [
      { kind: "beat", beat },
      { kind: "command", command: { ...fields, verb: message } },
    ];
  const missing = { wireId: null, epoch: null, ttlMs: null, expectedOpenAisle: null };
  return [{ kind: "command", command: { verb: message, aisle: args.aisle, ...missing } }];
}

describe("status", () => {
  test.each(titled.filter(({ vector }) => vector.message === "status"))("$title reads and means this", ({ vector }) => {
    const registerMap = registerMaps[vector.registerMap] as RegisterMap;
    const requests = statusReads(registerMap, vector.shape);
    expect(requests.map(hexOf)).toEqual(vector.reads?.map(({ tx }) => tx));
    const answers = requests.map((request, i) => answerOf(request, vector.reads?.[i]?.rx as string));
    expect(decodeStatus(registerMap, vector.shape, answers)).toEqual({
      kind: "status",
      status: vector.decoded,
      alarms: vector.alarms,
    });
  });

  // fatek-njust's "running" follows the activity, which its own status vector shows as idle beside a moving column.
  test.each(titled.filter(({ vector }) => vector.message === "status"))(
    "$title is what the controller sends",
    ({ vector }) => {
      const bank = createControllerBank(registerMaps[vector.registerMap] as RegisterMap, vector.shape, {
        status: () => vector.decoded,
        alarms: () => vector.alarms,
        receive: () => undefined,
      });
      for (const { tx, rx } of vector.reads ?? []) expect(replyOf(bank, tx)).toBe(rx);
    },
  );

  test.each(titled.filter(({ vector }) => vector.message === "climate"))("$title both ways", ({ vector }) => {
    const sensor = climateSensors[vector.registerMap as keyof typeof climateSensors] as ClimateRegisterMap;
    const [{ tx, rx }] = vector.reads as [{ tx: string; rx: string }];
    expect(hexOf(sensor.read)).toBe(tx);
    const response = answerOf(sensor.read, rx);
    expect(decodeClimate(sensor, "registers" in response ? response.registers : [])).toEqual(vector.decoded);
    const table = [...new Array<number>(sensor.read.address).fill(0), ...encodeClimate(sensor, vector.decoded)];
    expect(replyOf(createPlainBank({ coils: [], discrete: [], holding: table, input: table }), tx)).toBe(rx);
  });
});

test("every message of every registerMap has a vector with a source", () => {
  const wanted = Object.values(registerMaps).flatMap((registerMap) =>
    [
      ...verbs.filter((verb) => registerMap.commands[verb]),
      "stop",
      "status",
      ...(registerMap.heartbeat ? ["heartbeat"] : []),
      ...(registerMap.light ? ["light"] : []),
    ].map((message) => `${registerMap.name} ${message}`),
  );
  wanted.push(...Object.keys(climateSensors).map((name) => `${name} climate`));
  const seen = new Set(vectors.map(({ registerMap, message }) => `${registerMap} ${message}`));
  expect([...seen].sort()).toEqual(wanted.sort());
  for (const { vector, title } of titled) expect(vector.source, title).toBeTruthy();
});

test("PROTOCOL.md names every registerMap, register and rule", () => {
  const text = readFileSync(new URL("./PROTOCOL.md", import.meta.url), "utf8");
  for (const name of [...Object.keys(registerMaps), ...Object.keys(climateSensors)]) expect(text).toContain(name);
  for (const { rule } of registerMaps["fatek-njust"]?.cannotKeep ?? [])
    expect(text).toMatch(new RegExp(`\\b${rule}\\b`));
  for (let register = 0; register <= 15; register++) expect(text).toMatch(new RegExp(`^\\| ${register} \\|`, "m"));
});
