import type { ModbusResponse, ReadRequest } from "../modbus/index.ts";
import { type InputRegisterMap, inputChannelsMax } from "./input-register-maps.ts";

export interface InputWindow {
  /** 0-based address of channel 1, or of the register that holds it. */
  firstAddress: number;
  /** Channels 1 … n are read. */
  channelCount: number;
}

/** One read for all channels. Throws RangeError on an address range that no module has: a fault of the caller. */
export function encodeInputsRead(
  registerMap: InputRegisterMap,
  { firstAddress, channelCount }: InputWindow,
): ReadRequest {
  if (!Number.isInteger(channelCount) || channelCount < 1 || channelCount > inputChannelsMax) {
    throw new RangeError(`${channelCount} channels`);
  }
  if (registerMap.fn === 3) return { fn: 3, address: firstAddress, quantity: Math.ceil(channelCount / 16) };
  return { fn: registerMap.fn, address: firstAddress, quantity: channelCount };
}

/** The bits as the module sends them, channel 1 first; null when it is the answer to another request. */
export function decodeInputs(
  registerMap: InputRegisterMap,
  { channelCount }: Pick<InputWindow, "channelCount">,
  response: ModbusResponse,
): boolean[] | null {
  if (response.fn !== registerMap.fn) return null;
  const bits = "bits" in response ? response.bits : "registers" in response ? bitsOf(response.registers) : null;
  return bits === null || bits.length < channelCount ? null : bits.slice(0, channelCount);
}

function bitsOf(registers: readonly number[]): boolean[] {
  return registers.flatMap((register) => Array.from({ length: 16 }, (_, bit) => ((register >> bit) & 1) === 1));
}
