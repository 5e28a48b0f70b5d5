/** The result of asking one antenna for rounds, in terms common to all reader drivers. */
import type { AntennaCoverage, Sighting } from "../../contract/sighting.ts";

/** The rounds that one antenna was asked for. */
export interface AskedAntenna {
  readerId: string;
  antenna: number;
  rounds: number;
}

/** An antenna with a fault was offered its rounds but is not healthy: a tag missing there proves nothing. */
export function coverageOf(asked: AskedAntenna, fault: string | null, sightings: Sighting[] = []): AntennaCoverage {
  const { readerId, antenna, rounds } = asked;
  return { readerId, antenna, roundsOffered: rounds, healthy: fault === null, fault, sightings };
}
