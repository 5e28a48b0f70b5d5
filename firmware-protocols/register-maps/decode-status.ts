import type { ModbusResponse } from "../modbus/index.ts";
import { emptyTables, type RawTables, rawAt, readBit, readNumber, readWord, WrongPicture } from "./cells.ts";
import type { RegisterMap, ShelfShape, Table } from "./register-map.ts";
import { statusReads } from "./status-reads.ts";
import {
  type AlarmName,
  type InterlockName,
  interlockNames,
  refusalReasonNames,
  type WireColumn,
  type WireLight,
  type WireStatus,
} from "./wire-status.ts";

export type StatusReading =
  | { kind: "status"; status: WireStatus; alarms: AlarmName[] }
  /** Another map, another version, or meaningless values: then there is no status, which counts as unknown. */
  | { kind: "wrong"; problem: string };

const tableOf: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };

/**
 * `responses` answer `statusReads(registerMap, shape)` in the same order, bits cut to the requested quantity (see matchResponse).
 */
export function decodeStatus(
  registerMap: RegisterMap,
  shape: ShelfShape,
  responses: readonly ModbusResponse[],
): StatusReading {
  const raw = emptyTables();
  for (const [i, read] of statusReads(registerMap, shape).entries()) {
    const response = responses[i];
    const table = tableOf[read.fn] as Table;
    if (response?.fn !== read.fn) return { kind: "wrong", problem: `read ${i + 1} has no answer` };
    const values = "bits" in response ? response.bits.map(Number) : "registers" in response ? response.registers : [];
    values.slice(0, read.quantity).forEach((value, k) => {
      raw[table].set(read.address + k, value);
    });
  }
  try {
    return pictureOf(registerMap, shape, raw);
  } catch (error) {
    if (error instanceof WrongPicture) return { kind: "wrong", problem: error.message };
    throw error;
  }
}

function pictureOf(registerMap: RegisterMap, shape: ShelfShape, raw: RawTables): StatusReading {
  for (const cell of registerMap.identity) {
    const value = rawAt(raw, cell);
    if (value !== cell.equals) throw new WrongPicture(`${cell.what} is ${value}, not ${cell.equals}`);
  }
  const { status } = registerMap;
  const count = status.columnCount && readNumber(raw, status.columnCount);
  if (count !== null && count !== shape.columns.length) {
    throw new WrongPicture(`the controller has ${count} columns, the site file ${shape.columns.length}`);
  }
  const activity =
    "words" in status.activity
      ? readWord(raw, status.activity.words)
      : readBit(raw, status.activity.running)
        ? ("opening" as const)
        : ("idle" as const);
  const alarms = Object.entries(status.alarms).flatMap(([name, cell]) =>
    readBit(raw, cell) ? [name as AlarmName] : [],
  );
  const interlocks = Object.fromEntries(
    interlockNames.map((name) => {
      const cell = status.interlocks[name];
      return [name, cell ? readBit(raw, cell) : false];
    }),
  ) as Record<InterlockName, boolean>;
  return {
    kind: "status",
    alarms,
    status: {
      bootId: status.bootId && readNumber(raw, status.bootId),
      activity,
      openAisle: openAisleOf(registerMap, shape, raw, activity !== "idle"),
      columns: shape.columns.map((column, i) => columnOf(registerMap, raw, column, i + 1)),
      interlocks,
      occupancy: {
        people: status.occupancy && readNumber(raw, status.occupancy.people),
        entrySeq: status.occupancy && readNumber(raw, status.occupancy.entrySeq),
        confirmedEntrySeq: status.occupancy && readNumber(raw, status.occupancy.confirmedEntrySeq),
      },
      lastCommand: lastCommandOf(registerMap, raw),
      light: lightOf(registerMap, raw),
      temperatureC: status.temperatureC && readNumber(raw, status.temperatureC),
      humidityPct: status.humidityPct && readNumber(raw, status.humidityPct),
    },
  };
}

function openAisleOf(registerMap: RegisterMap, shape: ShelfShape, raw: RawTables, isMoving: boolean): number | null {
  const { openAisle } = registerMap.status;
  if ("number" in openAisle) {
    const aisle = readNumber(raw, openAisle.number);
    if (aisle !== null && aisle > shape.aisles) throw new WrongPicture(`aisle ${aisle} of ${shape.aisles} is open`);
    return aisle;
  }
  const open: number[] = [];
  for (let k = 1; k <= shape.aisles; k++) if (readBit(raw, openAisle.finished, k)) open.push(k);
  if (open.length === 1) return open[0] as number;
  return open.length === 0 && !isMoving ? 0 : null;
}

function columnOf(registerMap: RegisterMap, raw: RawTables, column: number, n: number): WireColumn {
  const { positionMm, motion, fault } = registerMap.status.column;
  const isLeft = "left" in motion && readBit(raw, motion.left, n);
  const isRight = "right" in motion && readBit(raw, motion.right, n);
  return {
    column,
    positionMm: positionMm && readNumber(raw, positionMm, n),
    motion: "words" in motion ? readWord(raw, motion.words, n) : isLeft ? "left" : isRight ? "right" : "still",
    // A carriage cannot move in both directions at once.
    fault: (fault !== null && readBit(raw, fault, n)) || (isLeft && isRight),
  };
}

function lastCommandOf(registerMap: RegisterMap, raw: RawTables): WireStatus["lastCommand"] {
  const cells = registerMap.status.lastCommand;
  const wireId = cells && readNumber(raw, cells.wireId);
  if (!cells || !wireId) return null;
  const reason = readNumber(raw, cells.reason) ?? 0;
  const word = reason === 0 ? null : refusalReasonNames[reason - 1];
  if (word === undefined) throw new WrongPicture(`refusal reason ${reason} means nothing`);
  return { wireId, result: readWord(raw, cells.result), reason: word };
}

function lightOf(registerMap: RegisterMap, raw: RawTables): WireLight | null {
  const cells = registerMap.status.light;
  const column = cells && readNumber(raw, cells.column);
  if (!cells || !column) return null;
  const side = readNumber(raw, cells.side);
  if (side !== 1 && side !== 2) throw new WrongPicture(`light on side ${side}`);
  const [bay, layer, slot] = [cells.bay, cells.layer, cells.slot].map((cell) => readNumber(raw, cell) ?? 0);
  return { column, side: side === 1 ? "A" : "B", bay: bay as number, layer: layer as number, slot: slot as number };
}
