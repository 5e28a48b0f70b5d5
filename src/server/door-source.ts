/** What the console's pages may reach besides their own host: STOP's own door, for the policy of their answers. */
import type { StopDoorAddress } from "../contract/people.ts";

/** As a source of connect-src, or null: a path of the console's own host, or there is no door. */
export function doorSource(door: StopDoorAddress | null, host: string | undefined): string | null {
  if (!door) return null;
  if (door.url !== null) return door.url.startsWith("/") ? null : new URL(door.url).origin;
  const name = /^([a-z0-9.-]+)(?::\d+)?$/i.exec(host ?? "")?.[1];
  // A policy knows no IPv6 address (CSP level 3, "host-part"): then any host, on this port alone.
  return `${name ?? "*"}:${door.port}`;
}
