/** The channels a reader hops over, and the number it reports for each (78/79; "Signal" in the protocol's page). */
import type { Band } from "../../firmware-protocols/r2000/messages/region.ts";

export function channelsOf(band: Band): number {
  return Math.max(1, band.standard === "own" ? band.channels : band.endIndex - band.startIndex + 1);
}

/** Index in the manual's table, or the plain number of a user-defined channel; the frame has six bits for it. */
export function frequencyIndexOf(band: Band, channel: number): number {
  return Math.min(63, band.standard === "own" ? channel : band.startIndex + channel);
}
