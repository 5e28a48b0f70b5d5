import { decodeException, type ExceptionCode, type ExceptionResponse } from "./exception.ts";
import type { FunctionCodec } from "./function-codec.ts";
import { readCoils } from "./functions/read-coils.ts";
import { readDiscreteInputs } from "./functions/read-discrete-inputs.ts";
import { readHoldingRegisters } from "./functions/read-holding-registers.ts";
import { readInputRegisters } from "./functions/read-input-registers.ts";
import {
  type WriteCoilsRequest,
  type WriteCoilsResponse,
  writeMultipleCoils,
} from "./functions/write-multiple-coils.ts";
import {
  type WriteRegistersRequest,
  type WriteRegistersResponse,
  writeMultipleRegisters,
} from "./functions/write-multiple-registers.ts";
import { type WriteSingleCoil, writeSingleCoil } from "./functions/write-single-coil.ts";
import { type WriteSingleRegister, writeSingleRegister } from "./functions/write-single-register.ts";
import type { ReadBitsRequest, ReadBitsResponse } from "./read-bits.ts";
import type { ReadRegistersRequest, ReadRegistersResponse } from "./read-registers.ts";

export type ReadRequest = ReadBitsRequest<1> | ReadBitsRequest<2> | ReadRegistersRequest<3> | ReadRegistersRequest<4>;
export type WriteRequest = WriteSingleCoil | WriteSingleRegister | WriteCoilsRequest | WriteRegistersRequest;
export type ModbusRequest = ReadRequest | WriteRequest;
export type ModbusResponse =
  | ReadBitsResponse<1>
  | ReadBitsResponse<2>
  | ReadRegistersResponse<3>
  | ReadRegistersResponse<4>
  | WriteSingleCoil
  | WriteSingleRegister
  | WriteCoilsResponse
  | WriteRegistersResponse;

/** Every supported function; a test counts its vectors. */
export const functionCodecs: ReadonlyMap<number, FunctionCodec<ModbusRequest, ModbusResponse>> = new Map(
  [
    readCoils,
    readDiscreteInputs,
    readHoldingRegisters,
    readInputRegisters,
    writeSingleCoil,
    writeSingleRegister,
    writeMultipleCoils,
    writeMultipleRegisters,
  ].map((codec) => [codec.code, codec as unknown as FunctionCodec<ModbusRequest, ModbusResponse>]),
);

/** Throws RangeError on a request that no conforming server would accept: a fault of the caller. */
export function encodeRequestPdu(request: ModbusRequest): Uint8Array {
  return (functionCodecs.get(request.fn) as FunctionCodec<ModbusRequest, ModbusResponse>).encodeRequest(request);
}

/** The request, or the exception code that answers it. */
export function decodeRequestPdu(pdu: Uint8Array): ModbusRequest | ExceptionCode {
  return functionCodecs.get(pdu[0] ?? 0)?.decodeRequest(pdu) ?? 1;
}

export function encodeResponsePdu(response: ModbusResponse): Uint8Array {
  return (functionCodecs.get(response.fn) as FunctionCodec<ModbusRequest, ModbusResponse>).encodeResponse(response);
}

/** Null when the bytes are no known response. */
export function decodeResponsePdu(pdu: Uint8Array): ModbusResponse | ExceptionResponse | null {
  return decodeException(pdu) ?? functionCodecs.get(pdu[0] ?? 0)?.decodeResponse(pdu) ?? null;
}
