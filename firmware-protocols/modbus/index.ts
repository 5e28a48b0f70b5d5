export type { ModbusAdu, ModbusMode } from "./adu.ts";
export {
  createRtuFixedParser,
  createRtuRequestParser,
  createRtuResponseParser,
  encodeRtu,
  rtuBytesMax,
  rtuSilenceMs,
} from "./adu-rtu.ts";
export { createMbapParser, encodeMbap } from "./adu-tcp.ts";
export {
  createResponseParser,
  encodeAdu,
  encodeRequest,
  type Match,
  matchResponse,
  type PendingRequest,
} from "./client.ts";
export { crc16, hasValidCrc } from "./crc16.ts";
export { type ExceptionCode, type ExceptionResponse, encodeException, exceptionCodes } from "./exception.ts";
export { readBitsMax, readRegistersMax, writeBitsMax, writeRegistersMax } from "./function-codec.ts";
export {
  decodeRequestPdu,
  decodeResponsePdu,
  encodeRequestPdu,
  encodeResponsePdu,
  functionCodecs,
  type ModbusRequest,
  type ModbusResponse,
  type ReadRequest,
  type WriteRequest,
} from "./pdu.ts";
export { createPlainBank, type PlainTables } from "./plain-bank.ts";
export { answerAdu, answerPdu, createRequestParser, type RegisterBank } from "./server.ts";
