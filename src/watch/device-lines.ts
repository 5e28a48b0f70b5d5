import { type ErrorCode, errorTable, sentence } from "../contract/errors.ts";
import type { DeviceHealth, DeviceLine } from "../contract/ports.ts";

/** A device's health with the sentence for its code; the technical detail fills the sentence's placeholders. */
export function deviceLine(health: DeviceHealth): DeviceLine {
  const { code, deviceId, detail, params, ...rest } = health;
  const line = { ...rest, code, deviceId, detail };
  if (code === null || !Object.hasOwn(errorTable, code)) return { ...line, zh: null, en: null };
  const filled = { device: deviceId, detail: detail ?? "—", ...params };
  return { ...line, zh: sentence(code as ErrorCode, "zh", filled), en: sentence(code as ErrorCode, "en", filled) };
}
