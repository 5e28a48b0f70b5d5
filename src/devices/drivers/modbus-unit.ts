/** One Modbus unit on a bus: requests in, checked responses out. Facts: firmware-protocols/modbus/PROTOCOL.md. */
import {
  encodeRequest,
  exceptionCodes,
  type ModbusAdu,
  type ModbusMode,
  type ModbusRequest,
  type ModbusResponse,
  matchResponse,
  type PendingRequest,
  type ReadRequest,
} from "../../../firmware-protocols/modbus/index.ts";
import { Refusal } from "../../contract/errors.ts";
import type { Bus } from "../bus/bus.ts";
import type { Priority } from "../bus/transaction.ts";

/** Shared by all units of one bus: the framing and, on Modbus TCP, the transaction numbers. */
export interface ModbusLine {
  bus: Bus<ModbusAdu>;
  mode: ModbusMode;
  /** Bit rate of the line; null on TCP. */
  baud: number | null;
  nextTransactionId: number;
}

export interface ModbusUnit {
  ask(request: ModbusRequest, priority: Priority, limits?: AskLimits): Promise<ModbusResponse>;
  /** Reads registers or bits. On a slow line it reads in parts, because STOP would wait too long for one whole answer. */
  read(request: ReadRequest, priority: Priority, limits?: AskLimits): Promise<ModbusResponse>;
}

export interface AskLimits {
  retries?: number;
  queuedMsMax?: number;
  /** Called for each part that goes out, and for each retry. */
  onSent?: (atMs: number) => void;
  /** Read this many separately and first, if any remain: a late answer to a question of another length shows by its length. */
  apart?: number;
}

/** A slave's own time to answer, beside the bytes' time on the wire; USB adapters add up to 16 ms each way. */
const answerMsMax = 120;
/** For reads: registers that lay unread in a socket while this process was held describe the past. */
const readLateMsMax = 300;
/** A read whose answer takes longer on the wire is split, because STOP waits for the answer in flight. */
const partMsMax = 45;

export function modbusUnit(line: ModbusLine, unit: number, deviceId: string): ModbusUnit {
  async function ask(request: ModbusRequest, priority: Priority, limits: AskLimits = {}): Promise<ModbusResponse> {
    const transactionId = line.nextTransactionId;
    line.nextTransactionId = (transactionId + 1) & 0xffff;
    const pending: PendingRequest = { mode: line.mode, unit, request, transactionId };
    const bytes = encodeRequest(line.mode, unit, request, transactionId);
    const [adu] = await line.bus.request({
      slave: unit,
      priority,
      bytes,
      matches: (adu) => (matchResponse(pending, adu).kind === "mismatch" ? "no" : "done"),
      timeoutMs: answerMsMax + wireMs(line.baud, bytes.length + answerBytes(request)),
      retries: limits.retries ?? 0,
      ...(limits.queuedMsMax === undefined ? {} : { queuedMsMax: limits.queuedMsMax }),
      ...(limits.onSent ? { onSent: limits.onSent } : {}),
      ...(request.fn <= 4 ? { lateMsMax: readLateMsMax } : {}),
    });
    const match = matchResponse(pending, adu as ModbusAdu);
    if (match.kind === "response") return match.response;
    const detail = match.kind === "exception" ? exceptionName(match.exception) : match.reason;
    throw new Refusal("device-refused", { device: deviceId, detail });
  }

  async function read(request: ReadRequest, priority: Priority, limits: AskLimits = {}): Promise<ModbusResponse> {
    const parts = Math.ceil(wireMs(line.baud, answerBytes(request)) / partMsMax);
    const { apart = 0 } = limits;
    const first = apart < request.quantity ? apart : 0;
    if (parts <= 1 && first === 0) return ask(request, priority, limits);
    const each = Math.ceil(request.quantity / parts);
    const bits: boolean[] = [];
    const registers: number[] = [];
    let quantity = 0;
    for (let from = 0; from < request.quantity; from += quantity) {
      quantity = from === 0 && first > 0 ? first : Math.min(each, request.quantity - from);
      const answer = await ask({ ...request, address: request.address + from, quantity }, priority, limits);
      if ("bits" in answer) bits.push(...answer.bits);
      else if ("registers" in answer) registers.push(...answer.registers);
    }
    return request.fn === 1 || request.fn === 2 ? { fn: request.fn, bits } : { fn: request.fn, registers };
  }

  return { ask, read };
}

function exceptionName(code: number): string {
  return (exceptionCodes as Record<number, string>)[code] ?? `exception ${code}`;
}

/** 11 bits a character: start, 8 data, parity or second stop, stop. */
function wireMs(baud: number | null, bytes: number): number {
  return baud === null ? 0 : Math.ceil((bytes * 11_000) / baud);
}

function answerBytes(request: ModbusRequest): number {
  if (request.fn === 1 || request.fn === 2) return 5 + Math.ceil(request.quantity / 8);
  if (request.fn === 3 || request.fn === 4) return 5 + request.quantity * 2;
  return 8;
}
