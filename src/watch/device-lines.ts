import { type ErrorCode, errorTable } from "../contract/errors.ts";
import type { DeviceHealth, DeviceLine } from "../contract/ports.ts";

/** A device's health with the sentence of its code. The technical detail fills what the sentence leaves open. */
export function deviceLine(health: DeviceHealth): DeviceLine {
  const { code, deviceId, detail } = health;
  if (code === null || !Object.hasOwn(errorTable, code)) return { ...health, zh: null, en: null };
  const words = errorTable[code as ErrorCode];
  const fill = (text: string) =>
    text
      .replaceAll("{device}", deviceId)
      .replaceAll("{detail}", detail ?? "—")
      .replaceAll(/\{\w+\}/g, "—");
  return { ...health, zh: fill(words.zh), en: fill(words.en) };
}
