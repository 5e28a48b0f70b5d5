/** 架位编码: which parts, in which order, with which separators, is the site's decision. */
import type { CodePart, Side, Site } from "./schema.ts";

export interface Place {
  room: string;
  area: string;
  column: number;
  side: Side;
  bay: number;
  layer: number;
  slot: number;
}

/** "1-02-A-03-04-07" or whatever the site file says. */
export function formatLocationCode(site: Site, place: Place): string {
  return format(site, place, true);
}

/** The same without its slot, "1-02-A-03-04": what radio can vouch for. */
export function formatLayerCode(site: Site, place: Omit<Place, "slot">): string {
  return format(site, { ...place, slot: 0 }, false);
}

/** One pass without lists in between: a hall has 100 000 of these, made at every start. */
function format(site: Site, place: Place, hasSlot: boolean): string {
  const { order, separators } = site.locationCode;
  let code = "";
  let isFirst = true;
  for (let i = 0; i < order.length; i++) {
    const part = order[i] as CodePart;
    if (part === "slot" && !hasSlot) continue;
    // A list of separators names the one before each part of the full order.
    if (!isFirst) code += typeof separators === "string" ? separators : (separators[i - 1] ?? "");
    code += formatPart(site, part, place);
    isFirst = false;
  }
  return code;
}

function formatPart(site: Site, part: CodePart, place: Place): string {
  if (part === "room" || part === "area") return place[part];
  if (part === "side") return site.locationCode.sideNames[place.side];
  return String(place[part]).padStart(site.locationCode.digits[part], "0");
}
