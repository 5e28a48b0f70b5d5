import type { StreamParser } from "../framing/stream-parser.ts";
import type { ModbusAdu, ModbusMode } from "./adu.ts";
import { createRtuResponseParser, encodeRtu } from "./adu-rtu.ts";
import { createMbapParser, encodeMbap } from "./adu-tcp.ts";
import { decodeResponsePdu, encodeRequestPdu, type ModbusRequest, type ModbusResponse } from "./pdu.ts";

/** The one request for which a line waits; RTU ignores the transaction number. */
export interface PendingRequest {
  mode: ModbusMode;
  unit: number;
  request: ModbusRequest;
  transactionId: number;
}

export type Match =
  /** Bits are cut to the requested quantity. */
  | { kind: "response"; response: ModbusResponse }
  | { kind: "exception"; exception: number }
  /** Not the answer: a late one, another unit's, or nonsense. Keep waiting until the time is up. */
  | { kind: "mismatch"; reason: "transaction" | "unit" | "function" | "undecodable" | "length" | "echo" };

export function encodeAdu(mode: ModbusMode, unit: number, pdu: Uint8Array, transactionId: number): Uint8Array {
  return mode === "tcp" ? encodeMbap(transactionId, unit, pdu) : encodeRtu(unit, pdu);
}

export function encodeRequest(
  mode: ModbusMode,
  unit: number,
  request: ModbusRequest,
  transactionId: number,
): Uint8Array {
  return encodeAdu(mode, unit, encodeRequestPdu(request), transactionId);
}

/** `silenceMs` ends a half frame; the default suits USB adapters and serial servers, `rtuSilenceMs` a bare line. */
export function createResponseParser(mode: ModbusMode, silenceMs?: number): StreamParser<ModbusAdu> {
  return mode === "tcp" ? createMbapParser(silenceMs) : createRtuResponseParser(silenceMs);
}

export function matchResponse(pending: PendingRequest, adu: ModbusAdu): Match {
  const { request } = pending;
  if (pending.mode === "tcp" && adu.transactionId !== pending.transactionId) return mismatch("transaction");
  if (adu.unit !== pending.unit) return mismatch("unit");
  const response = decodeResponsePdu(adu.pdu);
  if (response === null) return mismatch("undecodable");
  if (response.fn !== request.fn) return mismatch("function");
  if ("exception" in response) return { kind: "exception", exception: response.exception };
  return answers(request, response);
}

function answers(request: ModbusRequest, response: ModbusResponse): Match {
  if ("bits" in response && "quantity" in request) {
    if (response.bits.length !== Math.ceil(request.quantity / 8) * 8) return mismatch("length");
    return { kind: "response", response: { ...response, bits: response.bits.slice(0, request.quantity) } };
  }
  if ("registers" in response && "quantity" in request) {
    return response.registers.length === request.quantity ? { kind: "response", response } : mismatch("length");
  }
  if (!("address" in response) || response.address !== request.address) return mismatch("echo");
  if ("value" in response) {
    return "value" in request && response.value === request.value ? { kind: "response", response } : mismatch("echo");
  }
  const isWhole = "values" in request && response.quantity === request.values.length;
  return isWhole ? { kind: "response", response } : mismatch("echo");
}

function mismatch(reason: Extract<Match, { kind: "mismatch" }>["reason"]): Match {
  return { kind: "mismatch", reason };
}
