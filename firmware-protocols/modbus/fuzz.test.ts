import { expect, test } from "vitest";
import { bytesSubject, fuzzInputs, fuzzParser, parserSubject } from "../framing/fuzz.ts";
import { fromHex } from "../framing/hex.ts";
import {
  answerPdu,
  createMbapParser,
  createPlainBank,
  createRtuRequestParser,
  createRtuResponseParser,
  decodeResponsePdu,
  type ModbusAdu,
  matchResponse,
} from "./index.ts";
import file from "./vectors.json" with { type: "json" };

const inputs = fuzzInputs(process.env);
const samplesOf = (mode: string) =>
  file.vectors.filter((vector) => vector.mode === mode).map(({ hex }) => fromHex(hex) as Uint8Array);
const bank = createPlainBank({ coils: [true], discrete: [true], holding: [1, 2], input: [1, 2] });
const serve = ({ pdu }: ModbusAdu) => {
  answerPdu(pdu, bank);
};
const take = (adu: ModbusAdu) => {
  decodeResponsePdu(adu.pdu);
  matchResponse({ mode: "tcp", unit: 1, transactionId: 0, request: { fn: 16, address: 0, values: [1] } }, adu);
};

test.each([
  parserSubject("RTU requests", createRtuRequestParser(), 256, samplesOf("rtu"), serve),
  parserSubject("RTU responses", createRtuResponseParser(), 256, samplesOf("rtu"), take),
  parserSubject("MBAP", createMbapParser(), 260, samplesOf("tcp"), (adu) => {
    serve(adu);
    take(adu);
  }),
  bytesSubject(
    "PDUs",
    [...samplesOf("rtu"), ...samplesOf("tcp")].map((bytes) => bytes.subarray(1)),
    253,
    (pdu) => {
      answerPdu(pdu, bank);
      decodeResponsePdu(pdu);
    },
  ),
])(
  "$name survive any bytes",
  (subject) => {
    expect(fuzzParser(subject, inputs, 1)).toMatchObject({ inputs });
  },
  inputs / 4,
);
