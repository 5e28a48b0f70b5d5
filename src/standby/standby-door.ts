/** Requests that a standby refuses before anything is looked up. */
import type { FastifyRequest } from "fastify";
import type { Endpoint } from "../contract/endpoints/endpoint.ts";
import { peopleEndpoints } from "../contract/endpoints/people.ts";
import { watchEndpoints } from "../contract/endpoints/watch.ts";
import { Refusal } from "../contract/errors.ts";
import type { LeadView } from "../contract/lead.ts";
import type { Leader } from "../lead/lead-row.ts";

const reads = new Set(["GET", "HEAD", "OPTIONS"]);

const pathOf = ({ url }: FastifyRequest) => url.split("?")[0] ?? "";
const isOf = (request: FastifyRequest, { method, path }: Endpoint) =>
  request.method === method && pathOf(request) === path;

/** Throws gateway-stands-by for every change except signing in and out. */
export function onlyReads(request: FastifyRequest, leader: { who: string; url: string }): void {
  if (reads.has(request.method)) return;
  if (isOf(request, peopleEndpoints.signIn) || isOf(request, peopleEndpoints.signOut)) return;
  throw new Refusal("gateway-stands-by", leader);
}

/** Throws standby-other-schema for everything except the health check. */
export function onlyHealth(request: FastifyRequest, params: { who: string; found: string; wanted: string }): void {
  if (pathOf(request) !== watchEndpoints.getHealth.path) throw new Refusal("standby-other-schema", params);
}

/** A leader whose lead ran out no longer counts. */
export function standbyView(leader: Leader | null): LeadView {
  if (!leader || leader.leftMs <= 0) return { role: "stands-by", leader: null };
  const { name, url, epoch, takenAtMs: sinceMs } = leader;
  return { role: "stands-by", leader: { name, url, epoch, sinceMs } };
}
