/** One decoded read: a hint, never a fact. */
export interface Sighting {
  /** Upper-case hex. */
  epc: string;
  readerId: string;
  /** 1-based antenna port of the reader. */
  antenna: number;
  signalDbm: number | null;
  atMs: number;
  /** How many inventory rounds or reads this entry stands for (buffered readers report one entry per tag and antenna). */
  count: number;
}

/** The result of asking one antenna for a number of inventory rounds. Only `healthy` coverage may ever count as absence. */
export interface AntennaCoverage {
  readerId: string;
  antenna: number;
  roundsOffered: number;
  healthy: boolean;
  /** Why it was not healthy, e.g. "antenna-missing", "timeout", "quarantined"; null when healthy. */
  fault: string | null;
  sightings: Sighting[];
}
