import { type ReadRequest, readBitsMax, readRegistersMax } from "../modbus/index.ts";
import { addressOf, type Cell, type ShelfProfile, type ShelfShape, type Table } from "./profile-map.ts";

/** Function that reads each table. */
export const readFunctions = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;

/** Every cell of a complete picture, with how often it repeats. */
export function statusCells(profile: ShelfProfile, shape: ShelfShape): { cell: Cell; count: number }[] {
  const { status } = profile;
  const cells: { cell: Cell | null; count: number }[] = [];
  const once = (...wanted: (Cell | null)[]) => cells.push(...wanted.map((cell) => ({ cell, count: 1 })));
  const perColumn = (...wanted: (Cell | null)[]) =>
    cells.push(...wanted.map((cell) => ({ cell, count: shape.columns.length })));

  once(...profile.identity, ...Object.values(status.interlocks), ...Object.values(status.alarms));
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

/** A picture is decoded many times a second from the same plan. */
const plans = new WeakMap<ShelfProfile, WeakMap<ShelfShape, readonly ReadRequest[]>>();

/** The reads that together make a complete picture: neighbouring cells share one request. */
export function statusReads(profile: ShelfProfile, shape: ShelfShape): readonly ReadRequest[] {
  const byShape = plans.get(profile) ?? new WeakMap<ShelfShape, readonly ReadRequest[]>();
  plans.set(profile, byShape);
  const reads = byShape.get(shape) ?? planReads(profile, shape);
  byShape.set(shape, reads);
  return reads;
}

function planReads(profile: ShelfProfile, shape: ShelfShape): ReadRequest[] {
  const wanted = new Map<Table, Set<number>>();
  for (const { cell, count } of statusCells(profile, shape)) {
    const addresses = wanted.get(cell.table) ?? new Set<number>();
    wanted.set(cell.table, addresses);
    for (let n = 1; n <= count; n++) addresses.add(addressOf(cell, n));
  }
  return [...wanted].flatMap(([table, addresses]) => readsOf(table, addresses, profile.readGapMax));
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
