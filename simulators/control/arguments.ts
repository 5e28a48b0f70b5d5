/** The arguments of a command: checked against the room before anything is done. */
import type { TwinBox } from "../room/boxes.ts";
import type { TwinArea } from "../room/room.ts";
import type { PanelKey } from "../shelf/state.ts";
import type { Twin } from "../twin.ts";
import type { TwinBus, TwinReader } from "../twin-bus.ts";
import { ControlError } from "./refusal.ts";

export type Raw = Record<string, unknown>;

function text(raw: Raw, name: string): string {
  const value = raw[name];
  if (value === undefined || value === null || value === "") throw new ControlError("missing-argument", { name });
  if (typeof value !== "string" && typeof value !== "number")
    throw new ControlError("bad-argument", { name, what: JSON.stringify(value) });
  return String(value);
}

export function isGiven(raw: Raw, name: string): boolean {
  return raw[name] !== undefined && raw[name] !== null && raw[name] !== "";
}

/** "r1.1", or just "1" if only one room has it. */
export function areaArg(twin: Twin, raw: Raw, name = "area"): TwinArea {
  const what = text(raw, name);
  const exact = twin.room.areas.get(what);
  const named = [...twin.room.areas.values()].filter(({ area }) => area.id === what);
  const area = exact ?? (named.length === 1 ? named[0] : undefined);
  if (!area) throw new ControlError("bad-argument", { name, what });
  return area;
}

export function busArg(twin: Twin, raw: Raw, name = "bus"): TwinBus {
  const what = text(raw, name);
  const bus = twin.buses.get(what);
  if (!bus) throw new ControlError("bad-argument", { name, what });
  return bus;
}

export function deviceArg(twin: Twin, raw: Raw, name = "device"): string {
  const what = text(raw, name);
  if (!twin.room.layout.deviceById.has(what)) throw new ControlError("bad-argument", { name, what });
  return what;
}

export function readerArg(twin: Twin, raw: Raw, name = "reader"): TwinReader {
  const what = text(raw, name);
  const reader = twin.readers.get(what);
  if (!reader) throw new ControlError("bad-argument", { name, what });
  return reader;
}

export function numberArg(raw: Raw, name: string, min: number, max: number, otherwise?: number): number {
  if (otherwise !== undefined && !isGiven(raw, name)) return otherwise;
  const what = text(raw, name);
  const value = Number(what);
  if (!Number.isFinite(value) || value < min || value > max) throw new ControlError("bad-argument", { name, what });
  return value;
}

export function wordArg<Word extends string>(raw: Raw, name: string, words: readonly Word[], otherwise?: Word): Word {
  if (otherwise !== undefined && !isGiven(raw, name)) return otherwise;
  const what = text(raw, name);
  const word = words.find((candidate) => candidate === what);
  if (!word) throw new ControlError("bad-argument", { name, what: `${what} (${words.join(" | ")})` });
  return word;
}

export function keyArg(raw: Raw): PanelKey {
  return wordArg(raw, "key", [
    "confirm",
    "reset",
    "emergency-press",
    "emergency-release",
    "login",
    "logout",
    "protect",
    "unprotect",
  ]);
}

/** True unless the word is "off". */
export function switchArg(raw: Raw, name = "on"): boolean {
  if (typeof raw[name] === "boolean") return raw[name];
  return wordArg(raw, name, ["on", "off"], "on") === "on";
}

export function nameArg(raw: Raw, name = "who"): string {
  if (!isGiven(raw, name)) return "staff";
  const what = text(raw, name);
  if (what.length > 32) throw new ControlError("bad-argument", { name, what });
  return what;
}

/** Slot id "r1.1.2A.3.4.7" or its location code. */
export function slotArg(twin: Twin, raw: Raw, name = "slot"): string {
  const what = text(raw, name);
  const { slotById, slotByCode } = twin.room.layout;
  const slot = slotById.get(what) ?? slotByCode.get(what);
  if (!slot) throw new ControlError("no-such-slot", { what });
  return slot.id;
}

export function boxArg(twin: Twin, raw: Raw, name = "epc"): TwinBox {
  const what = text(raw, name).toUpperCase();
  const box = twin.room.boxes.byEpc.get(what);
  if (!box) throw new ControlError("no-such-box", { what });
  return box;
}

export function listArg(raw: Raw, name: string): unknown[] {
  const value = raw[name] ?? [];
  if (!Array.isArray(value) || value.length > 500)
    throw new ControlError("bad-argument", { name, what: JSON.stringify(value).slice(0, 60) });
  return value;
}
