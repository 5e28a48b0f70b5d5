/** Turns the parts of a reader's answer (archive/v1) into the result for one antenna; sends nothing. */
import type { Payload } from "../../../firmware-protocols/archive-mqtt/index.ts";
import { Refusal } from "../../contract/errors.ts";
import type { AntennaCoverage } from "../../contract/sighting.ts";
import { type AskedAntenna, coverageOf } from "./antenna-coverage.ts";

export type Answer = Payload<"reader-inventory">;

export function coverageOfParts(asked: AskedAntenna, parts: readonly Answer[], atMs: number): AntennaCoverage {
  const { readerId, antenna } = asked;
  const entries = parts.flatMap((part) => part.antennas.filter((entry) => entry.antenna === antenna));
  const [first] = entries;
  if (!first) return coverageOf(asked, "no-answer");
  const bad = entries.find((entry) => !entry.healthy);
  const sightings = entries.flatMap((entry) =>
    entry.tags.map(({ epc, roundsAnswered, rssiDbm }) => {
      return { epc, readerId, antenna, signalDbm: rssiDbm, atMs, count: roundsAnswered };
    }),
  );
  const offered = { ...asked, rounds: first.roundsOffered };
  return coverageOf(offered, bad ? (bad.fault ?? "fault") : null, sightings);
}

/** The fault's text for the coverage. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Refusal)) return "internal";
  if (error.code === "device-timeout") return "timeout";
  if (error.code === "broker-offline") return "link-down";
  if (error.code === "device-refused") return String(error.params.detail ?? "");
  return error.code;
}
