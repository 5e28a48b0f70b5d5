import { expect, it } from "vitest";
import { bytesSubject, fuzzInputs, fuzzParser, parserSubject } from "../framing/fuzz.ts";
import { fromHex } from "../framing/hex.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "./decode.ts";
import { createR2000Parser, frameBytesMax, type R2000Frame } from "./frame.ts";
import { messages } from "./table.ts";
import file from "./vectors.json" with { type: "json" };

const samples = file.vectors.map(({ hex }) => fromHex(hex)!);
const inputs = fuzzInputs(process.env);

function decodeBoth(frame: R2000Frame): void {
  const reply = decodeReply(frame);
  if (reply.kind !== "unknown" && reply.kind !== "malformed") encodeReply(frame.address, frame.command, reply);
  const request = decodeRequest(frame);
  if (request.kind !== "unknown" && request.kind !== "malformed") encodeRequest(frame.address, request);
}

it(`the parser survives ${inputs} damaged streams`, { timeout: inputs / 4 }, () => {
  const subject = parserSubject("r2000 parser", createR2000Parser(), frameBytesMax, samples, decodeBoth);
  expect(fuzzParser(subject, inputs, 1)).toMatchObject({ inputs });
});

it(`the decoders survive ${inputs} payloads whose frame check agreed`, { timeout: inputs / 4 }, () => {
  const payloads = samples.map((frame) => frame.subarray(3, frame.length - 1));
  const commands = messages.map(({ command }) => command);
  const subject = bytesSubject("r2000 decoders", payloads, 253, (bytes) => {
    const given = bytes[0] ?? 0;
    const command = bytes.length % 5 === 0 ? commands[given % commands.length]! : given;
    decodeBoth({ address: 1, command, payload: bytes.subarray(1) });
  });
  expect(fuzzParser(subject, inputs, 2)).toMatchObject({ inputs });
});
