import { readRegistersCodec } from "../read-registers.ts";

/** 03 Read Holding Registers (MODBUS Application Protocol V1.1b3 §6.3): registers that can be written too. */
export const readHoldingRegisters = readRegistersCodec(3);
