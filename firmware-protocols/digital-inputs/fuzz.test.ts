import { expect, test } from "vitest";
import { fuzzInputs, fuzzParser, type Luck } from "../framing/fuzz.ts";
import { decodeResponsePdu, encodeResponsePdu, type ModbusResponse } from "../modbus/index.ts";
import { decodeInputs, inputChannelsMax, inputRegisterMaps } from "./index.ts";

const inputs = fuzzInputs(process.env);
const registerMaps = Object.values(inputRegisterMaps);
const samples: ModbusResponse[] = [
  { fn: 1, bits: new Array<boolean>(16).fill(true) },
  { fn: 2, bits: [true, false, true, false, false, false, false, true] },
  { fn: 3, registers: [0x8001, 0xffff, 0, 1] },
];

let understood = 0;
const subject = {
  name: "answers of input modules",
  make(luck: Luck) {
    const pdu = [...encodeResponsePdu(samples[luck.below(samples.length)] as ModbusResponse)];
    for (let n = luck.below(3); n > 0; n--) pdu[luck.below(pdu.length)] = luck.below(256);
    if (luck.below(8) === 0) pdu.length = luck.below(pdu.length + 1);
    return { pdu, channelCount: 1 + luck.below(inputChannelsMax), registerMap: luck.below(registerMaps.length) };
  },
  run({ pdu, channelCount, registerMap }: { pdu: number[]; channelCount: number; registerMap: number }) {
    const response = decodeResponsePdu(Uint8Array.from(pdu));
    if (response === null || "exception" in response) return;
    const bits = decodeInputs(registerMaps[registerMap] as (typeof registerMaps)[number], { channelCount }, response);
    if (bits === null) return;
    understood++;
    if (bits.length !== channelCount) throw new Error(`${bits.length} bits for ${channelCount} channels`);
  },
  show: (input: object) => JSON.stringify(input),
};

test("any bytes are all channels or none", () => {
  expect(fuzzParser(subject, inputs, 5)).toMatchObject({ inputs });
  expect(understood).toBeGreaterThan(inputs / 100);
}, 180_000);
