/** The module on Modbus: which table contains the contacts, and the ways in which it answers wrongly. */
import { createPlainBank, encodeAdu, type RegisterBank } from "../../firmware-protocols/modbus/index.ts";
import type { DeviceSpec } from "../../src/site/schema.ts";
import type { ModbusUnit } from "../wires/modbus-node.ts";
import type { InputModule } from "./input-module.ts";

export function inputUnit(device: DeviceSpec, module: InputModule, isAlive: () => boolean): ModbusUnit {
  return {
    unit: device.address ?? 1,
    isAlive: () => isAlive() && !module.isDark(),
    bank: inputBank(device, module),
    lateMs: () => module.faults.lateMs,
    misanswer(mode, { unit, pdu, transactionId }) {
      const fn = pdu[0] ?? 0;
      const { exception, isTooLong } = module.faults;
      if (exception !== null) return encodeAdu(mode, unit, Uint8Array.of(fn | 0x80, exception), transactionId ?? 0);
      if (!isTooLong) return null;
      const quantity = ((pdu[3] ?? 0) << 8) | (pdu[4] ?? 0);
      const bytes = fn === 3 || fn === 4 ? 2 * (quantity + 1) : Math.ceil(quantity / 8) + 1;
      return encodeAdu(mode, unit, Uint8Array.of(fn, bytes, ...new Array<number>(bytes).fill(0)), transactionId ?? 0);
    },
  };
}

function inputBank(device: DeviceSpec, module: InputModule): RegisterBank {
  const tables = { coils: [] as boolean[], discrete: [] as boolean[], holding: [] as number[], input: [] };
  const plain = createPlainBank(tables);
  const first = device.firstAddress ?? 0;
  const bits = () => module.closed().map((isClosed) => isClosed === ((device.closedReads ?? 1) === 1));
  const place = <T>(table: T[], nothing: T, values: readonly T[]) => {
    for (let i = 0; i < first; i++) table[i] = nothing;
    values.forEach((value, i) => {
      table[first + i] = value;
    });
  };
  const refuse = () => 1 as const;
  const isIn = (registerMap: string) => device.protocol === registerMap;
  return {
    ...plain,
    writeCoils: refuse,
    writeHolding: refuse,
    readCoils(address, quantity) {
      if (!isIn("di-coils")) return 1;
      place(tables.coils, false, bits());
      return plain.readCoils(address, quantity);
    },
    readDiscrete(address, quantity) {
      if (!isIn("di-discrete")) return 1;
      place(tables.discrete, false, bits());
      return plain.readDiscrete(address, quantity);
    },
    readHolding(address, quantity) {
      if (!isIn("di-holding")) return 1;
      place(tables.holding, 0, wordsOf(bits()));
      return plain.readHolding(address, quantity);
    },
  };
}

/** Sixteen contacts a word, the first one in its lowest bit. */
function wordsOf(bits: readonly boolean[]): number[] {
  const words: number[] = new Array<number>(Math.ceil(bits.length / 16)).fill(0);
  bits.forEach((bit, i) => {
    if (bit) words[Math.floor(i / 16)] = (words[Math.floor(i / 16)] ?? 0) + 2 ** (i % 16);
  });
  return words;
}
