import { type ReadRequest, readBitsMax, readRegistersMax } from "../modbus/index.ts";
import { addressOf, type Cell, type RegisterMap, type ShelfShape, type Table } from "./register-map.ts";

/** Function that reads each table. */
export const readFunctions = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;

/** Every cell of a complete picture, with how often it repeats. */
export function statusCells(registerMap: RegisterMap, shape: ShelfShape): { cell: Cell; count: number }[] {
  const { status } = registerMap;
  const cells: { cell: Cell | null; count: number }[] = [];
  const once = (...wanted: (Cell | null)[]) => cells.push(...wanted.map((cell) => ({ cell, count: 1 })));
  const perColumn = (...wanted: (Cell | null)[]) =>
    cells.push(...wanted.map((cell) => ({ cell, count: shape.columns.length })));

  once(...registerMap.identity, ...Object.values(status.interlocks), ...Object.values(status.alarms));
  once("words" in status.activity ? status.activity.words : status.activity.running);
  once(status.bootId, status.columnCount);
  if ("number" in status.openAisle) once(status.openAisle.number);
  else cells.push({ cell: status.openAisle.finished, count: shape.aisles });
  const { motion } = status.column;
  perColumn(status.column.positionMm, status.column.fault);
  perColumn(...("words" in motion ? [motion.words] : [motion.left, motion.right]));
  for (const group of [status.occupancy, status.lastCommand, status.light]) if (group) once(...Object.values(group));
  once(status.temperatureC, status.humidityPct);
  return cells.flatMap(({ cell, count }) => (cell ? [{ cell, count }] : []));
}

/** Cached, because pictures are decoded many times a second with the same plan. */
const plans = new WeakMap<RegisterMap, WeakMap<ShelfShape, readonly ReadRequest[]>>();

/** The reads that together return a complete picture: neighbouring cells share one request. */
export function statusReads(registerMap: RegisterMap, shape: ShelfShape): readonly ReadRequest[] {
  const byShape = plans.get(registerMap) ?? new WeakMap<ShelfShape, readonly ReadRequest[]>();
  plans.set(registerMap, byShape);
  const reads = byShape.get(shape) ?? planReads(registerMap, shape);
  byShape.set(shape, reads);
  return reads;
}

function planReads(registerMap: RegisterMap, shape: ShelfShape): ReadRequest[] {
  const wanted = new Map<Table, Set<number>>();
  for (const { cell, count } of statusCells(registerMap, shape)) {
    const addresses = wanted.get(cell.table) ?? new Set<number>();
    wanted.set(cell.table, addresses);
    for (let n = 1; n <= count; n++) addresses.add(addressOf(cell, n));
  }
  return [...wanted].flatMap(([table, addresses]) => readsOf(table, addresses, registerMap.readGapMax));
}

function readsOf(table: Table, addresses: ReadonlySet<number>, gapMax: number): ReadRequest[] {
  const quantityMax = table === "coil" || table === "discrete" ? readBitsMax : readRegistersMax;
  const reads: ReadRequest[] = [];
  for (const address of [...addresses].sort((a, b) => a - b)) {
    const last = reads.at(-1);
    const quantity = last ? address - last.address + 1 : 0;
    if (last && quantity - last.quantity - 1 <= gapMax && quantity <= quantityMax) last.quantity = quantity;
    else reads.push({ fn: readFunctions[table], address, quantity: 1 });
  }
  return reads;
}
