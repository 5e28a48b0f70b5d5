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
  const { order, separators } = site.locationCode;
  let code = "";
  order.forEach((part, i) => {
    if (i > 0) code += typeof separators === "string" ? separators : (separators[i - 1] ?? "");
    code += formatPart(site, part, place);
  });
  return code;
}

function formatPart(site: Site, part: CodePart, place: Place): string {
  if (part === "room" || part === "area") return place[part];
  if (part === "side") return site.locationCode.sideNames[place.side];
  return String(place[part]).padStart(site.locationCode.digits[part], "0");
}
