import type { ExceptionCode } from "./exception.ts";
import type { RegisterBank } from "./server.ts";

export interface PlainTables {
  coils: boolean[];
  discrete: boolean[];
  holding: number[];
  input: number[];
}

/** A device made of four arrays: enough for sensors, I/O boards and tests. Beyond an array's end is exception 2. */
export function createPlainBank(tables: PlainTables): RegisterBank {
  const read =
    <T>(table: T[]) =>
    (address: number, quantity: number): T[] | ExceptionCode =>
      address + quantity > table.length ? 2 : table.slice(address, address + quantity);
  const write =
    <T>(table: T[]) =>
    (address: number, values: readonly T[]): ExceptionCode | null => {
      if (address + values.length > table.length) return 2;
      values.forEach((value, i) => {
        table[address + i] = value;
      });
      return null;
    };
  return {
    readCoils: read(tables.coils),
    readDiscrete: read(tables.discrete),
    readHolding: read(tables.holding),
    readInput: read(tables.input),
    writeCoils: write(tables.coils),
    writeHolding: write(tables.holding),
  };
}
