import type {
  AlarmName,
  InterlockName,
  WireActivity,
  WireMotion,
  WireReason,
  WireResult,
  WireVerb,
} from "./wire-status.ts";

/** The four address spaces of Modbus. */
export type Table = "coil" | "discrete" | "holding" | "input";

/** One 0-based address as sent. With `step` there is one per column (or aisle): `at + step·(n−1)`. */
export interface Cell {
  table: Table;
  at: number;
  step?: number;
}

/** value = raw·multiply/divide + offset, rounded to `decimals`. */
export interface NumberCell extends Cell {
  signed?: boolean;
  /** The raw value that means "not known". */
  none?: number;
  multiply?: number;
  divide?: number;
  offset?: number;
  decimals?: number;
}

/** A boolean: a coil, or one bit of a register. */
export interface BitCell extends Cell {
  bit?: number;
  inverted?: boolean;
}

/** A register whose numbers stand for words. */
export interface WordCell<Word extends string> extends Cell {
  words: Readonly<Record<number, Word>>;
}

/** The values of a write besides fixed numbers. */
export type Operand =
  | "wireId"
  | "verb"
  | "aisle"
  | "epoch"
  | "ttlMs"
  | "expectedOpenAisle"
  | "beat"
  | "lightColumn"
  | "lightSide"
  | "lightBay"
  | "lightLayer"
  | "lightSlot";

/** Coils are written as 0 and 1. */
export interface WriteTemplate {
  fn: 5 | 6 | 15 | 16;
  at: number;
  values: readonly (number | Operand)[];
}

/** Read before a command; `refuseWhen[i]` judges bit i of the answer. */
export interface CheckTemplate {
  fn: 1 | 2;
  at: number;
  refuseWhen: readonly { is: boolean; reason: WireReason }[];
}

export type StepTemplate = { check: CheckTemplate } | { write: WriteTemplate };

/** A safety rule (docs/safety.md) that the protocol cannot carry, and what is done instead. */
export interface Shortcoming {
  rule: string;
  /** Fields that the map lacks, named as in the wire status and command. */
  missing: readonly string[];
}

/** A controller's register map, as data. `null` = the controller does not report it or cannot do it. */
export interface RegisterMap {
  name: string;
  title: string;
  /** Registers that prove that the controller uses this map. */
  identity: readonly (Cell & { equals: number; what: string })[];
  /** Pause between two writes. STOP's first write never waits for it. */
  commandPauseMs: number;
  /** Most addresses between two wanted cells that one read may include. */
  readGapMax: number;
  status: {
    bootId: NumberCell | null;
    /** Must agree with the site file. */
    columnCount: NumberCell | null;
    activity: { words: WordCell<WireActivity> } | { running: BitCell };
    openAisle: { number: NumberCell } | { finished: BitCell };
    interlocks: Partial<Record<InterlockName, BitCell>>;
    alarms: Partial<Record<AlarmName, BitCell>>;
    column: {
      positionMm: NumberCell | null;
      motion: { words: WordCell<WireMotion> } | { left: BitCell; right: BitCell };
      fault: BitCell | null;
    };
    occupancy: { people: NumberCell; entrySeq: NumberCell; confirmedEntrySeq: NumberCell } | null;
    lastCommand: { wireId: NumberCell; result: WordCell<WireResult>; reason: NumberCell } | null;
    light: Readonly<Record<"column" | "side" | "bay" | "layer" | "slot", NumberCell>> | null;
    temperatureC: NumberCell | null;
    humidityPct: NumberCell | null;
  };
  /** Served by the controller, read as 0 by the gateway. */
  spare: readonly Cell[];
  commands: Readonly<Record<WireVerb, readonly StepTemplate[] | null>>;
  stop: readonly StepTemplate[];
  heartbeat: WriteTemplate | null;
  light: WriteTemplate | null;
  cannotKeep: readonly Shortcoming[];
}

/** The numbers of the columns in ascending order, and how many aisles lie between them. */
export interface ShelfShape {
  columns: readonly number[];
  aisles: number;
}

/** `at` for the n-th column or aisle (1-based). */
export function addressOf(cell: Cell, n: number): number {
  return cell.at + (cell.step ?? 0) * (n - 1);
}
