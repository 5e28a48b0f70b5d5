/** A temperature and humidity transmitter on Modbus: xy-md02 or a plain RS-485 one. */
import { createPlainBank, type RegisterBank } from "../../firmware-protocols/modbus/index.ts";
import {
  type ClimateRegisterMap,
  encodeClimate,
  type WireClimate,
} from "../../firmware-protocols/register-maps/index.ts";

export function climateBank(registerMap: ClimateRegisterMap, read: () => WireClimate): RegisterBank {
  const tables = { coils: [], discrete: [], holding: [] as number[], input: [] as number[] };
  const plain = createPlainBank(tables);
  const refresh = () => {
    const values = encodeClimate(registerMap, read());
    const table = registerMap.read.fn === 3 ? tables.holding : tables.input;
    for (let i = 0; i < registerMap.read.address; i++) table[i] = 0;
    values.forEach((value, i) => {
      table[registerMap.read.address + i] = value;
    });
  };
  const refuse = () => 2 as const;
  return {
    ...plain,
    writeCoils: refuse,
    writeHolding: refuse,
    readHolding(address, quantity) {
      refresh();
      return plain.readHolding(address, quantity);
    },
    readInput(address, quantity) {
      refresh();
      return plain.readInput(address, quantity);
    },
  };
}
