import { readRegistersCodec } from "../read-registers.ts";

/** 04 Read Input Registers (MODBUS Application Protocol V1.1b3 §6.4): registers that can only be read. */
export const readInputRegisters = readRegistersCodec(4);
