/** What asking one antenna for rounds came to, in the words that every reader's driver uses. */
import type { AntennaCoverage, Sighting } from "../../contract/sighting.ts";

/** Rounds that one antenna was asked for. */
export interface AskedAntenna {
  readerId: string;
  antenna: number;
  rounds: number;
}

/** An antenna with a fault was offered its rounds and is not healthy: that a tag is absent says nothing there. */
export function coverageOf(asked: AskedAntenna, fault: string | null, sightings: Sighting[] = []): AntennaCoverage {
  const { readerId, antenna, rounds } = asked;
  return { readerId, antenna, roundsOffered: rounds, healthy: fault === null, fault, sightings };
}
