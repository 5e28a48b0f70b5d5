/** What each layer's antenna hears of the one tag, lately; pure. Misses count: a lucky read far away is not a place. */
import type { LocatePlace } from "../contract/locate.ts";
import type { AntennaCoverage } from "../contract/sighting.ts";
import type { LikelyPlace } from "./order-places.ts";

/** Rounds that still speak of now; a box that is carried away is forgotten after as many. */
const recentRounds = 4;
const silentDbm = -90;
const loudDbm = -45;
/** For readers that tell no strength. */
const unknownDbm = -70;
const placesMax = 40;
/** Unhealthy ones beyond the best places. */
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

/** Adds what the place's antenna just said; an unhealthy one tells nothing of the tag, and is said to. */
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

/** Heard ones by strength, then the others in the order in which they are likely. */
export function ranked(places: readonly HeardPlace[]): HeardPlace[] {
  const strengths = new Map(places.map((place) => [place, strengthOf(place)]));
  return [...places].sort((a, b) => strengths.get(b)! - strengths.get(a)!);
}

/** The best, and of the unhealthy ones those that would not be seen otherwise. */
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
