/** 架位编码 (location codes): the site decides which parts, in which order, with which separators. */
import type { CodePart, Side, Site } from "./schema.ts";

export interface Place {
  room: string;
  area: string;
  column: number;
  side: Side;
  bay: number;
  layer: number;
}

/** "1-02-A-03-04-07", or as the site file says, for the slots of one layer; fast, because a hall needs 100 000 at every start. */
export function slotCodes(site: Site, layer: Place): (slot: number) => string {
  const [before = "", ...rest] = format(site, layer, slotMark).split(slotMark);
  const [after] = rest;
  const { digits } = site.locationCode;
  return (slot) => (after === undefined ? before : before + String(slot).padStart(digits.slot, "0") + after);
}

/** The same without its slot, "1-02-A-03-04": the place that radio is evidence for. */
export function formatLayerCode(site: Site, layer: Place): string {
  return format(site, layer, null);
}

/** A character that no site file can contain. */
const slotMark = "\u0000";

function format(site: Site, layer: Place, slotText: string | null): string {
  const { order, separators } = site.locationCode;
  let code = "";
  let isFirst = true;
  order.forEach((part, i) => {
    const text = part === "slot" ? slotText : formatPart(site, part, layer);
    if (text === null) return;
    // A list of separators names the one before each part of the full order.
    if (!isFirst) code += typeof separators === "string" ? separators : (separators[i - 1] ?? "");
    code += text;
    isFirst = false;
  });
  return code;
}

function formatPart(site: Site, part: Exclude<CodePart, "slot">, place: Place): string {
  if (part === "room" || part === "area") return place[part];
  if (part === "side") return site.locationCode.sideNames[place.side];
  return String(place[part]).padStart(site.locationCode.digits[part], "0");
}
