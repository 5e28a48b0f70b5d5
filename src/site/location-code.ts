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
  return format(site, place, site.locationCode.order);
}

/** The same without its slot, "1-02-A-03-04": what radio can vouch for. */
export function formatLayerCode(site: Site, place: Omit<Place, "slot">): string {
  return format(
    site,
    { ...place, slot: 0 },
    site.locationCode.order.filter((part) => part !== "slot"),
  );
}

function format(site: Site, place: Place, parts: readonly CodePart[]): string {
  const { order, separators } = site.locationCode;
  return parts.reduce((code, part, i) => {
    if (i === 0) return formatPart(site, part, place);
    // A list of separators names the one before each part of the full order.
    const separator = typeof separators === "string" ? separators : (separators[order.indexOf(part) - 1] ?? "");
    return code + separator + formatPart(site, part, place);
  }, "");
}

function formatPart(site: Site, part: CodePart, place: Place): string {
  if (part === "room" || part === "area") return place[part];
  if (part === "side") return site.locationCode.sideNames[place.side];
  return String(place[part]).padStart(site.locationCode.digits[part], "0");
}
