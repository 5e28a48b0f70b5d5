/** Turns the replies of an R2000 about one antenna into sightings, fault and coverage; sends nothing. */
import type { Reply } from "../../../../firmware-protocols/r2000/index.ts";
import { Refusal } from "../../../contract/errors.ts";
import type { Sighting } from "../../../contract/sighting.ts";
import type { AskedAntenna } from "../antenna-coverage.ts";

/** One sighting a tag, with its mean signal; `count` is the rounds in which it answered, never more than were offered. */
export function sightingsOf(replies: readonly Reply[], asked: AskedAntenna, atMs: number): Sighting[] {
  const { readerId, antenna, rounds } = asked;
  const byEpc = new Map<string, { sighting: Sighting; sumDbm: number; reads: number }>();
  for (const reply of replies) {
    if (reply.kind !== "tag" && reply.kind !== "buffered-tag") continue;
    // Some firmware leaves the tag's CRC empty; one that is present and wrong means a damaged EPC.
    if (reply.kind === "buffered-tag" && !reply.crcOk && reply.crc !== 0) continue;
    const count = reply.kind === "tag" ? 1 : reply.readCount;
    const known = byEpc.get(reply.epc);
    if (known) {
      known.reads++;
      known.sumDbm += reply.signalDbm;
      known.sighting.count = Math.min(rounds, known.sighting.count + count);
      known.sighting.signalDbm = Math.round((10 * known.sumDbm) / known.reads) / 10;
      continue;
    }
    const { epc, signalDbm } = reply;
    const sighting = { epc, readerId, antenna, signalDbm, atMs, count: Math.min(rounds, count) };
    byEpc.set(epc, { sighting, sumDbm: signalDbm, reads: 1 });
  }
  return [...byEpc.values()].map(({ sighting }) => sighting);
}

/** The error with which a reader ended its rounds; null: none. */
export function faultIn(
  replies: readonly Reply[],
  { readerId, antenna }: AskedAntenna,
): { name: string; reason: Refusal } | null {
  const status = replies.find((reply) => reply.kind === "status");
  if (status?.kind !== "status" || status.outcome !== "error") return null;
  const { name } = status;
  const reason =
    name === "antenna-missing"
      ? new Refusal("device-antenna-missing", { device: readerId, antenna })
      : new Refusal("device-refused", { device: readerId, detail: name });
  return { name, reason };
}

/** The fault's text for the coverage. */
export function faultOf(error: unknown): string {
  return error instanceof Refusal ? (faultByCode[error.code] ?? error.code) : "internal";
}

const faultByCode: Partial<Record<Refusal["code"], string>> = {
  "device-timeout": "timeout",
  "device-quarantined": "quarantined",
  "link-lost": "link-down",
  "link-refused": "link-down",
  "link-timeout": "link-down",
  "port-not-found": "link-down",
  "port-in-use": "link-down",
  "port-no-permission": "link-down",
  "bus-preempted": "preempted",
  "bus-full": "bus-full",
  "device-refused": "refused",
};
