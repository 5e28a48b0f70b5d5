import type { NumberCell, RegisterMap, StepTemplate } from "./register-map.ts";
import { alarmNames, interlockNames } from "./wire-status.ts";

const input = (at: number): NumberCell => ({ table: "input", at });
const tellable = (at: number): NumberCell => ({ table: "input", at, none: 0xffff });
const bits = <Name extends string>(at: number, names: readonly Name[]) =>
  Object.fromEntries(names.map((name, bit) => [name, { table: "input", at, bit }])) as Record<
    Name,
    { table: "input"; at: number; bit: number }
  >;

/** Every verb is the same block: one FC16 write, so that half a command is never visible. The fourth word is the side, spare. */
const block: readonly StepTemplate[] = [
  { write: { fn: 16, at: 0, values: ["wireId", "verb", "aisle", 0, "beat", "epoch", "ttlMs", "expectedOpenAisle"] } },
];

/** Our own map, for the twin and for PLC programmers: the table is in PROTOCOL.md. */
export const room1: RegisterMap = {
  name: "room-1",
  title: "Guiwei room-1 map, version 1",
  identity: [
    { table: "input", at: 0, equals: 0x4152, what: "magic" },
    { table: "input", at: 1, equals: 1, what: "map version" },
  ],
  commandPauseMs: 0,
  readGapMax: 8,
  status: {
    bootId: input(12),
    columnCount: input(2),
    activity: {
      words: {
        table: "input",
        at: 3,
        words: { 0: "idle", 1: "opening", 2: "closing", 3: "ventilating", 4: "stopped", 5: "fault" },
      },
    },
    openAisle: { number: tellable(4) },
    alarms: bits(5, alarmNames),
    interlocks: bits(6, interlockNames),
    temperatureC: { table: "input", at: 7, signed: true, none: 0x8000, divide: 10, decimals: 1 },
    humidityPct: { table: "input", at: 8, none: 0xffff, divide: 10, decimals: 1 },
    lastCommand: {
      wireId: input(9),
      result: { table: "input", at: 10, words: { 0: "none", 1: "accepted", 2: "done", 3: "refused" } },
      reason: input(11),
    },
    occupancy: { people: tellable(13), entrySeq: tellable(14), confirmedEntrySeq: tellable(15) },
    light: { column: input(16), side: input(17), bay: input(18), layer: input(19), slot: input(20) },
    column: {
      positionMm: { table: "input", at: 100, step: 8, none: 0xffff },
      motion: { words: { table: "input", at: 101, step: 8, words: { 0: "still", 1: "left", 2: "right" } } },
      fault: { table: "input", at: 102, step: 8, bit: 0 },
    },
  },
  spare: [103, 104, 105, 106, 107].map((at) => ({ table: "input", at, step: 8 })),
  commands: { open: block, close: block, ventilate: block, inhibit: block, release: block, pause: block },
  stop: [{ write: { fn: 5, at: 0, values: [1] } }],
  heartbeat: { fn: 6, at: 4, values: ["beat"] },
  light: { fn: 16, at: 20, values: ["lightColumn", "lightSide", "lightBay", "lightLayer", "lightSlot"] },
  cannotKeep: [],
};
