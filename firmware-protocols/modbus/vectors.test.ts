import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../framing/hex.ts";
import {
  crc16,
  createMbapParser,
  createRtuFixedParser,
  createRtuRequestParser,
  createRtuResponseParser,
  decodeRequestPdu,
  decodeResponsePdu,
  type ExceptionCode,
  encodeAdu,
  encodeException,
  encodeRequestPdu,
  encodeResponsePdu,
  exceptionCodes,
  functionCodecs,
  type ModbusRequest,
  type ModbusResponse,
} from "./index.ts";
import file from "./vectors.json" with { type: "json" };

const crc16OfModbusSerial = createRequire(import.meta.url)("modbus-serial/utils/crc16") as (bytes: Buffer) => number;

interface Vector {
  name: string;
  mode: "rtu" | "tcp";
  hex: string;
  valid: boolean;
  direction: "request" | "response" | "both" | "raw";
  decoded: Record<string, unknown>;
  source: unknown;
}
const vectors = file.vectors as unknown as Vector[];
const bytesOf = (vector: Vector) => fromHex(vector.hex) as Uint8Array;

function parserOf(vector: Vector, direction: string) {
  if (vector.mode === "tcp") return createMbapParser();
  if (direction === "raw") return createRtuFixedParser(vector.hex.length / 2);
  return direction === "request" ? createRtuRequestParser() : createRtuResponseParser();
}

const directed = vectors.flatMap((vector) =>
  (vector.direction === "both" ? ["request", "response"] : [vector.direction]).map((direction) => ({
    vector,
    direction,
    title: `${vector.name} as ${direction}`,
  })),
);

describe("vectors", () => {
  test.each(directed.filter(({ vector }) => vector.valid))("$title is one frame", ({ vector, direction }) => {
    const parsed = parserOf(vector, direction).push(bytesOf(vector), 0);
    expect(parsed.map((piece) => piece.kind)).toEqual(["frame"]);
  });

  test.each(directed.filter(({ vector }) => !vector.valid))("$title is rejected", ({ vector, direction }) => {
    const parser = parserOf(vector, direction);
    const parsed = [...parser.push(bytesOf(vector), 0), ...parser.flush()];
    expect(parsed.every((piece) => piece.kind === "noise")).toBe(true);
  });

  const spoken = directed.filter(({ vector, direction }) => vector.valid && direction !== "raw");
  test.each(spoken)("$title decodes to what the manual says and encodes back", ({ vector, direction }) => {
    const [piece] = parserOf(vector, direction).push(bytesOf(vector), 0);
    if (piece?.kind !== "frame") throw new Error("no frame");
    const { unit, transactionId = null, ...expected } = vector.decoded;
    expect(piece.frame.unit).toBe(unit);
    expect(piece.frame.transactionId).toBe(transactionId);
    const decoded = direction === "request" ? decodeRequestPdu(piece.frame.pdu) : decodeResponsePdu(piece.frame.pdu);
    const shown = { ...(decoded as object) } as Record<string, unknown>;
    // A vector may name only the bits that matter; the wire pads to whole bytes.
    const bits = expected.bits as boolean[] | undefined;
    expect(bits ? { ...shown, bits: (shown.bits as boolean[]).slice(0, bits.length) } : shown).toEqual(expected);
    const pdu =
      direction === "request"
        ? encodeRequestPdu(decoded as ModbusRequest)
        : "exception" in shown
          ? encodeException(shown.fn as number, shown.exception as ExceptionCode)
          : encodeResponsePdu(decoded as ModbusResponse);
    expect(toHex(encodeAdu(vector.mode, piece.frame.unit, pdu, piece.frame.transactionId ?? 0))).toBe(vector.hex);
  });

  test("every function has a request and a response vector, every exception one", () => {
    const seen = new Set(
      spoken.map(({ vector: { decoded }, direction }) =>
        "exception" in decoded ? `exception ${decoded.exception}` : `${direction} ${decoded.fn}`,
      ),
    );
    const wanted = [...functionCodecs.keys()].flatMap((fn) => [`request ${fn}`, `response ${fn}`]);
    wanted.push(...Object.keys(exceptionCodes).map((code) => `exception ${code}`));
    expect([...seen].sort()).toEqual(wanted.sort());
    for (const vector of vectors) expect(vector.source, vector.name).toBeTruthy();
  });

  test("modbus-serial's checksum agrees on every RTU vector and on every prefix of it", () => {
    for (const vector of vectors.filter(({ mode }) => mode === "rtu")) {
      const bytes = bytesOf(vector);
      for (let end = 0; end <= bytes.length; end++) {
        expect(crc16(bytes, 0, end)).toBe(crc16OfModbusSerial(Buffer.from(bytes.subarray(0, end))));
      }
    }
  });
});
