/** Parses one line of a recorded file, or refuses it with a reason. Pure; docs/replay.md describes the format. */
import { Refusal } from "../contract/errors.ts";
import type { BoxLine, CalibrationLine, CoverageLine, GapLine } from "../contract/reads.ts";

/** A read, from its full or its minimal form. */
export interface ParsedRead {
  reader: string;
  antenna: number;
  epc: string;
  signalDbm: number | null;
  atMs: number;
  count: number;
  visit: number;
}

export type ParsedLine =
  | { kind: "coverage"; line: CoverageLine }
  | { kind: "read"; line: ParsedRead }
  | { kind: "box"; line: BoxLine }
  | { kind: "calibration"; line: CalibrationLine }
  | { kind: "gap"; line: GapLine };

/** The longest possible line is a calibration of a large area. */
export const lineCharsMax = 4_000_000;
const shownCharsMax = 60;

type Fields = Record<string, unknown>;

export function parseLine(text: string): ParsedLine {
  if (text.length > lineCharsMax) throw new Refusal("reads-line-too-long", { limitChars: lineCharsMax });
  const fields = nowNamed(objectOf(text));
  if ("antenna" in fields && "roundsOffered" in fields) return { kind: "coverage", line: coverageOf(fields) };
  if ("antenna" in fields) return { kind: "read", line: readOf(fields) };
  if ("calibration" in fields) return { kind: "calibration", line: calibrationOf(fields) };
  if ("coveragesLost" in fields)
    return { kind: "gap", line: { coveragesLost: countOf(fields, "coveragesLost"), atMs: wholeOf(fields, "atMs") } };
  if ("epc" in fields) return { kind: "box", line: boxOf(fields) };
  throw new Refusal("reads-kind-unknown");
}

/** Files of earlier versions have `profile` for a calibration. */
function nowNamed(fields: Fields): Fields {
  const { profile, ...rest } = fields;
  return profile === undefined || "calibration" in fields ? fields : { ...rest, calibration: profile };
}

function objectOf(text: string): Fields {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {}
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refusal("reads-not-json");
  return value as Fields;
}

function coverageOf(fields: Fields): CoverageLine {
  return {
    reader: nameOf(fields, "reader"),
    antenna: antennaOf(fields),
    roundsOffered: countOf(fields, "roundsOffered"),
    fault: fields.fault == null ? null : nameOf(fields, "fault"),
    powerDbm: numberOrNull(fields, "powerDbm"),
    atMs: timeOf(fields),
    visit: visitOf(fields),
  };
}

function readOf(fields: Fields): ParsedRead {
  return {
    reader: nameOf(fields, "reader"),
    antenna: antennaOf(fields),
    epc: epcOf(fields),
    signalDbm: numberOrNull(fields, "rssiDbm" in fields ? "rssiDbm" : "rssi"),
    atMs: timeOf(fields),
    count: fields.count === undefined ? 1 : countOf(fields, "count"),
    visit: visitOf(fields),
  };
}

function boxOf(fields: Fields): BoxLine {
  const text = (name: string) => (fields[name] == null ? null : nameOf(fields, name));
  return {
    epc: epcOf(fields),
    ...(fields.barcode == null ? {} : { barcode: nameOf(fields, "barcode") }),
    locationCode: text("locationCode"),
    layerId: text("layerId"),
    thicknessMm: numberOrNull(fields, "thicknessMm"),
    ...(fields.roundsOffered === undefined ? {} : { roundsOffered: countOf(fields, "roundsOffered") }),
    ...(fields.roundsAnswered === undefined ? {} : { roundsAnswered: countOf(fields, "roundsAnswered") }),
    ...(fields.trueLayerId === undefined ? {} : { trueLayerId: text("trueLayerId") }),
  };
}

function calibrationOf(fields: Fields): CalibrationLine {
  const { calibration } = fields;
  const { version, relations, antennas } = (calibration ?? {}) as Fields;
  const isCalibration = Number.isInteger(version) && isTable(relations) && isTable(antennas);
  if (!isCalibration) throw wrong("calibration", calibration);
  return { areaKey: nameOf(fields, "areaKey"), calibration };
}

const isTable = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Accepts names and numbers, because some data sets number their readers. */
function nameOf(fields: Fields, name: string): string {
  const value = fields[name];
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  if (text === "" || text.length > 200) throw wrong(name, value);
  return text;
}

function epcOf(fields: Fields): string {
  const text = nameOf(fields, "epc").replace(/\s/g, "").toUpperCase();
  if (!/^[\w.:-]{1,124}$/.test(text)) throw wrong("epc", fields.epc);
  return text;
}

function antennaOf(fields: Fields): number {
  const antenna = Number(fields.antenna);
  if (fields.antenna === null || !Number.isInteger(antenna) || antenna < 1 || antenna > 256)
    throw wrong("antenna", fields.antenna);
  return antenna;
}

function visitOf(fields: Fields): number {
  return fields.visit === undefined ? 0 : wholeOf(fields, "visit");
}

/** `atMs`, or `time`: ISO 8601, or a number of seconds, milliseconds or microseconds since 1970, told apart by its size. */
function timeOf(fields: Fields): number {
  if (fields.atMs !== undefined) return wholeOf(fields, "atMs");
  const { time } = fields;
  if (typeof time === "string" && !/^[\d.]+$/.test(time.trim())) {
    const atMs = Date.parse(time);
    if (Number.isNaN(atMs)) throw wrong("time", time);
    return atMs;
  }
  const value = Number(time);
  if (time == null || !Number.isFinite(value) || value < 0) throw wrong("time", time);
  return Math.round(value < 1e11 ? value * 1000 : value < 1e14 ? value : value / 1000);
}

function countOf(fields: Fields, name: string): number {
  const value = wholeOf(fields, name);
  if (value < 0 || value > 1_000_000_000) throw wrong(name, value);
  return value;
}

function wholeOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw wrong(name, value);
  return value;
}

function numberOrNull(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (value == null) return null;
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(name, value);
  return value;
}

function wrong(field: string, value: unknown): Refusal {
  return new Refusal("reads-field-wrong", { field, value: JSON.stringify(value ?? null).slice(0, shownCharsMax) });
}
