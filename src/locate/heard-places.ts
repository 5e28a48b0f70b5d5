/** How each layer's antenna has read the one tag lately; pure. Misses count: a single lucky read far away is not a place. */
import type { LocatePlace } from "../contract/locate.ts";
import type { AntennaCoverage } from "../contract/sighting.ts";
import type { LikelyPlace } from "./order-places.ts";

/** Rounds that count as recent; a box that was carried away is forgotten after this many. */
const recentRounds = 4;
const silentDbm = -90;
const loudDbm = -45;
/** Assumed signal for readers that report no strength. */
const unknownDbm = -70;
const placesMax = 40;
/** Layers with unhealthy antennas that are listed beyond the best places. */
const unhealthyMax = 20;

export interface HeardPlace extends LikelyPlace {
  code: string;
  rounds: number;
  roundsAnswered: number;
  /** Newest last; null: a healthy round without an answer. */
  recent: (number | null)[];
  readAtMs: number | null;
  heardAtMs: number | null;
  fault: string | null;
}

/** Adds one result of the place's antenna; an unhealthy antenna says nothing about the tag, and the place is marked. */
export function hear(place: HeardPlace, coverage: AntennaCoverage, epc: string, atMs: number): void {
  place.readAtMs = atMs;
  place.fault = coverage.healthy ? null : (coverage.fault ?? "unhealthy");
  if (!coverage.healthy) {
    place.recent = [];
    return;
  }
  const sightings = coverage.sightings.filter((one) => one.epc.toUpperCase() === epc);
  const answered = Math.min(
    coverage.roundsOffered,
    sightings.reduce((sum, { count }) => sum + count, 0),
  );
  const dbm = sightings[0] ? (sightings[0].signalDbm ?? unknownDbm) : null;
  for (let round = 0; round < coverage.roundsOffered; round++) place.recent.push(round < answered ? dbm : null);
  place.recent = place.recent.slice(-recentRounds);
  place.rounds += coverage.roundsOffered;
  place.roundsAnswered += answered;
  if (answered > 0) place.heardAtMs = atMs;
}

export const isHeard = (place: HeardPlace): boolean => place.recent.some((dbm) => dbm !== null);

/** 0 to 1. */
export function strengthOf({ recent }: HeardPlace): number {
  if (recent.length === 0) return 0;
  const mean = recent.reduce<number>((sum, dbm) => sum + (dbm ?? silentDbm), 0) / recent.length;
  return Math.min(1, Math.max(0, (mean - silentDbm) / (loudDbm - silentDbm)));
}

/** Places that read the tag by strength, then the others by likelihood. */
export function ranked(places: readonly HeardPlace[]): HeardPlace[] {
  const strengths = new Map(places.map((place) => [place, strengthOf(place)]));
  return [...places].sort((a, b) => strengths.get(b)! - strengths.get(a)!);
}

/** The best places, and unhealthy ones that would otherwise not be listed. */
export function shownPlaces(places: readonly HeardPlace[]): LocatePlace[] {
  const all = ranked(places);
  const unhealthy = all.slice(placesMax).filter((place) => place.fault !== null);
  return [...all.slice(0, placesMax), ...unhealthy.slice(0, unhealthyMax)].map((place) => {
    const heard = place.recent.filter((dbm) => dbm !== null);
    const { layer, code, why, chance, rounds, roundsAnswered, readAtMs, heardAtMs, fault } = place;
    return {
      ...{
        layerId: layer.id,
        code,
        aisle: layer.aisle,
        why,
        chance,
        rounds,
        roundsAnswered,
        readAtMs,
        heardAtMs,
        fault,
      },
      readerId: layer.antenna?.readerId ?? null,
      antenna: layer.antenna?.port ?? null,
      signalDbm: heard.length > 0 ? heard.reduce((sum, dbm) => sum + dbm, 0) / heard.length : null,
      strength: Math.round(strengthOf(place) * 1000) / 1000,
    };
  });
}
