import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../framing/hex.ts";
import { createResponseParser, encodeRequest, type ModbusMode, matchResponse } from "../modbus/index.ts";
import { decodeInputs, encodeInputsRead, type InputRegisterMap, inputChannelsMax, inputRegisterMaps } from "./index.ts";
import file from "./vectors.json" with { type: "json" };

const titled = file.vectors.map((vector) => ({
  vector,
  title: `${vector.registerMap} over ${vector.mode}, ${vector.channelCount} channels`,
}));
const registerMapOf = (name: string) => inputRegisterMaps[name] as InputRegisterMap;

describe("modules as others recorded them", () => {
  test.each(titled)("$title: the request is theirs, and the answer means what they say", ({ vector }) => {
    const registerMap = registerMapOf(vector.registerMap);
    const mode = vector.mode as ModbusMode;
    const request = encodeInputsRead(registerMap, vector);
    expect(toHex(encodeRequest(mode, vector.unit, request, 0))).toBe(vector.tx);
    const [piece] = createResponseParser(mode).push(fromHex(vector.rx) as Uint8Array, 0);
    if (piece?.kind !== "frame") throw new Error(`${vector.rx} is no frame`);
    const match = matchResponse({ mode, unit: vector.unit, request, transactionId: 0 }, piece.frame);
    if (match.kind !== "response") throw new Error(JSON.stringify(match));
    expect(decodeInputs(registerMap, vector, match.response)).toEqual(vector.bits);
  });

  test("every registerMap has one, with its source, and is described", () => {
    expect([...new Set(file.vectors.map(({ registerMap }) => registerMap))].sort()).toEqual(
      Object.keys(inputRegisterMaps).sort(),
    );
    const text = readFileSync(new URL("./PROTOCOL.md", import.meta.url), "utf8");
    for (const name of Object.keys(inputRegisterMaps)) expect(text).toContain(`\`${name}\``);
    for (const { vector, title } of titled) expect(vector.source.document, title).toBeTruthy();
  });
});

test("an answer of another function or of fewer channels tells nothing", () => {
  const discrete = registerMapOf("di-discrete");
  const eight = new Array<boolean>(8).fill(true);
  expect(decodeInputs(discrete, { channelCount: 8 }, { fn: 2, bits: eight })).toEqual(eight);
  expect(decodeInputs(discrete, { channelCount: 8 }, { fn: 1, bits: eight })).toBeNull();
  expect(decodeInputs(discrete, { channelCount: 9 }, { fn: 2, bits: eight })).toBeNull();
  expect(decodeInputs(registerMapOf("di-holding"), { channelCount: 17 }, { fn: 3, registers: [0xffff] })).toBeNull();
  expect(decodeInputs(discrete, { channelCount: 8 }, { fn: 5, address: 0, value: true })).toBeNull();
});

test("a window that no module has cannot be asked for", () => {
  for (const channelCount of [0, -1, 1.5, inputChannelsMax + 1]) {
    expect(() => encodeInputsRead(registerMapOf("di-discrete"), { firstAddress: 0, channelCount })).toThrow(RangeError);
  }
  expect(encodeInputsRead(registerMapOf("di-holding"), { firstAddress: 5, channelCount: 17 })).toEqual({
    fn: 3,
    address: 5,
    quantity: 2,
  });
});
