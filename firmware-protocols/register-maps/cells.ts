import { addressOf, type BitCell, type Cell, type NumberCell, type Table, type WordCell } from "./register-map.ts";

/** Raw values by address; coils as 0 and 1. */
export type RawTables = Record<Table, Map<number, number>>;

export function emptyTables(): RawTables {
  return { coil: new Map(), discrete: new Map(), holding: new Map(), input: new Map() };
}

/** Thrown only inside the interpreter; decodeStatus turns it into a result. */
export class WrongPicture extends Error {}

export function rawAt(raw: RawTables, cell: Cell, n = 1): number {
  const value = raw[cell.table].get(addressOf(cell, n));
  if (value === undefined) throw new WrongPicture(`${cell.table} ${addressOf(cell, n)} was not read`);
  return value;
}

export function readNumber(raw: RawTables, cell: NumberCell, n = 1): number | null {
  const value = rawAt(raw, cell, n);
  if (value === cell.none) return null;
  const signed = cell.signed && value > 0x7fff ? value - 0x10000 : value;
  const scaled = (signed * (cell.multiply ?? 1)) / (cell.divide ?? 1) + (cell.offset ?? 0);
  // + 0 turns −0 into 0.
  return Number(scaled.toFixed(cell.decimals ?? 0)) + 0;
}

export function readBit(raw: RawTables, cell: BitCell, n = 1): boolean {
  return (((rawAt(raw, cell, n) >> (cell.bit ?? 0)) & 1) === 1) !== (cell.inverted ?? false);
}

export function readWord<Word extends string>(raw: RawTables, cell: WordCell<Word>, n = 1): Word {
  const value = rawAt(raw, cell, n);
  const word = cell.words[value];
  if (word === undefined)
    throw new WrongPicture(`${cell.table} ${addressOf(cell, n)} says ${value}, which means nothing`);
  return word;
}

/** Null without a `none` mark is written as 0. Throws RangeError on a value that does not fit in 16 bits. */
export function writeNumber(raw: RawTables, cell: NumberCell, value: number | null, n = 1): void {
  const plain = value ?? 0;
  const scaled = Math.round(((plain - (cell.offset ?? 0)) * (cell.divide ?? 1)) / (cell.multiply ?? 1));
  const number = value === null ? (cell.none ?? 0) : scaled < 0 && cell.signed ? scaled + 0x10000 : scaled;
  if (number < 0 || number > 0xffff) throw new RangeError(`${value} does not fit ${cell.table} ${addressOf(cell, n)}`);
  raw[cell.table].set(addressOf(cell, n), number);
}

export function writeBit(raw: RawTables, cell: BitCell, value: boolean, n = 1): void {
  const address = addressOf(cell, n);
  const mask = 1 << (cell.bit ?? 0);
  const before = raw[cell.table].get(address) ?? 0;
  raw[cell.table].set(address, value !== (cell.inverted ?? false) ? before | mask : before & ~mask);
}

export function writeWord<Word extends string>(raw: RawTables, cell: WordCell<Word>, word: Word, n = 1): void {
  const found = Object.entries(cell.words).find(([, meaning]) => meaning === word);
  raw[cell.table].set(addressOf(cell, n), Number(found?.[0] ?? 0));
}
