/** Adds STOP's own door to the hosts that the console's pages may connect to, in the content security policy. */
import type { StopDoorAddress } from "../contract/people.ts";

/** A source for connect-src. Null: the door is a path of the console's own host, or there is none. */
export function doorSource(door: StopDoorAddress | null, host: string | undefined): string | null {
  if (!door) return null;
  if (door.url !== null) return door.url.startsWith("/") ? null : new URL(door.url).origin;
  const name = /^([a-z0-9.-]+)(?::\d+)?$/i.exec(host ?? "")?.[1];
  // A policy cannot name an IPv6 address (CSP level 3, "host-part"): then any host, on this port alone.
  return `${name ?? "*"}:${door.port}`;
}
