/** Reads which boxes stand where from a file: one JSON array, `{ "boxes": […] }`, or one JSON object a line. */
import type { StandingBox } from "./room/boxes.ts";

export function readDelivery(text: string): StandingBox[] {
  const trimmed = text.trim();
  if (trimmed === "") return [];
  const entries = rowsOf(trimmed);
  return entries.map((entry, i) => {
    const { epc, thicknessMm, slotId } = (entry ?? {}) as Record<string, unknown>;
    if (typeof epc !== "string" || !/^([0-9A-Fa-f]{4}){1,31}$/.test(epc))
      throw new Error(`delivery, entry ${i + 1}: epc ${JSON.stringify(epc)} is not whole words of hex`);
    if (typeof thicknessMm !== "number" || !(thicknessMm > 0))
      throw new Error(`delivery, entry ${i + 1}: thicknessMm ${JSON.stringify(thicknessMm)}`);
    if (typeof slotId !== "string") throw new Error(`delivery, entry ${i + 1}: slotId ${JSON.stringify(slotId)}`);
    return { epc: epc.toUpperCase(), thicknessMm, slotId };
  });
}

function rowsOf(text: string): unknown[] {
  const isLines = text.startsWith("{") && text.includes("\n") && isJson(text.slice(0, text.indexOf("\n")));
  if (isLines) return text.split(/\r?\n/).flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line) as unknown]));
  const whole = JSON.parse(text) as unknown;
  if (Array.isArray(whole)) return whole;
  const { boxes } = whole as { boxes?: unknown };
  return Array.isArray(boxes) ? boxes : [whole];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
