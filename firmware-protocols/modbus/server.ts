import type { StreamParser } from "../framing/stream-parser.ts";
import type { ModbusAdu, ModbusMode } from "./adu.ts";
import { createRtuRequestParser } from "./adu-rtu.ts";
import { createMbapParser } from "./adu-tcp.ts";
import { encodeAdu } from "./client.ts";
import { type ExceptionCode, encodeException } from "./exception.ts";
import { decodeRequestPdu, encodeResponsePdu, type ModbusRequest, type ModbusResponse } from "./pdu.ts";

/**
 * A device's registers. Addresses are 0-based, as sent. Reads return exactly `quantity` values; a write is whole or not at all.
 */
export interface RegisterBank {
  readCoils(address: number, quantity: number): boolean[] | ExceptionCode;
  readDiscrete(address: number, quantity: number): boolean[] | ExceptionCode;
  readHolding(address: number, quantity: number): number[] | ExceptionCode;
  readInput(address: number, quantity: number): number[] | ExceptionCode;
  /** Null = written. */
  writeCoils(address: number, values: readonly boolean[]): ExceptionCode | null;
  writeHolding(address: number, values: readonly number[]): ExceptionCode | null;
}

/** The PDU that answers a request PDU: unknown function 1, bad quantity or length 3, bad address 2, else the bank's result. */
export function answerPdu(pdu: Uint8Array, bank: RegisterBank): Uint8Array {
  const fn = (pdu[0] ?? 0) & 0x7f;
  const request = decodeRequestPdu(pdu);
  if (typeof request === "number") return encodeException(fn, request);
  const response = perform(request, bank);
  return typeof response === "number" ? encodeException(fn, response) : encodeResponsePdu(response);
}

/**
 * The bytes that answer one frame. Null: another unit, or a broadcast (unit 0 on RTU), which is written but not answered. On TCP
 * the units 0 and 255 mean the device itself (MODBUS Messaging on TCP/IP V1.0b §4.4.2.1).
 */
export function answerAdu(mode: ModbusMode, unit: number, adu: ModbusAdu, bank: RegisterBank): Uint8Array | null {
  const isBroadcast = mode !== "tcp" && adu.unit === 0;
  const isOurs = adu.unit === unit || isBroadcast || (mode === "tcp" && (adu.unit === 0 || adu.unit === 255));
  if (!isOurs) return null;
  if (isBroadcast) {
    const request = decodeRequestPdu(adu.pdu);
    if (typeof request !== "number" && ("value" in request || "values" in request)) perform(request, bank);
    return null;
  }
  return encodeAdu(mode, adu.unit, answerPdu(adu.pdu, bank), adu.transactionId ?? 0);
}

export function createRequestParser(mode: ModbusMode, silenceMs?: number): StreamParser<ModbusAdu> {
  return mode === "tcp" ? createMbapParser(silenceMs) : createRtuRequestParser(silenceMs);
}

function perform(request: ModbusRequest, bank: RegisterBank): ModbusResponse | ExceptionCode {
  const { address } = request;
  switch (request.fn) {
    case 1:
    case 2: {
      const bits =
        request.fn === 1 ? bank.readCoils(address, request.quantity) : bank.readDiscrete(address, request.quantity);
      if (typeof bits === "number") return bits;
      return bits.length === request.quantity ? { fn: request.fn, bits } : 4;
    }
    case 3:
    case 4: {
      const registers =
        request.fn === 3 ? bank.readHolding(address, request.quantity) : bank.readInput(address, request.quantity);
      if (typeof registers === "number") return registers;
      return registers.length === request.quantity ? { fn: request.fn, registers } : 4;
    }
    case 5:
      return bank.writeCoils(address, [request.value]) ?? request;
    case 6:
      return bank.writeHolding(address, [request.value]) ?? request;
    case 15:
      return bank.writeCoils(address, request.values) ?? { fn: 15, address, quantity: request.values.length };
    case 16:
      return bank.writeHolding(address, request.values) ?? { fn: 16, address, quantity: request.values.length };
  }
}
