/** STOP's own door, a process beside the gateway. Its address comes with the session and is kept while the gateway is away. */

import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import type { StopDoorAddress } from "../../../src/contract/people.ts";
import type { Problem } from "../../../src/contract/problem.ts";
import { localProblems, ProblemError } from "./call.ts";

let address: StopDoorAddress | null = null;

export function stopDoorIs(now: StopDoorAddress | null): void {
  address = now;
}

/** Null where there is none; an invalid setting must not keep the STOP from the gateway. */
export function stopDoorUrl(at?: Pick<Location, "protocol" | "hostname" | "href">): string | null {
  if (!address) return null;
  try {
    const { protocol, hostname, href } = at ?? location;
    const base = address.url ?? `${protocol}//${hostname}:${address.port}`;
    return `${new URL(base, href).href.replace(/\/$/, "")}${endpoints.stopAll.path}`;
  } catch {
    return null;
  }
}

/**
 * One press at the door. Only the address is sent, so the browser needs no preflight request. A refusal here signs nobody out,
 * because the door's copy of sessions may be older than the gateway's.
 */
export async function pressStopDoor(url: string, press: string, msMax: number): Promise<void> {
  const signal = AbortSignal.timeout(msMax);
  const response = await fetch(`${url}?press=${press}`, { method: "POST", credentials: "include", signal }).catch(
    () => {
      throw new ProblemError(0, localProblems.unreachable);
    },
  );
  if (response.ok) return;
  throw new ProblemError(response.status, ((await response.json().catch(() => null)) ?? {}) as Partial<Problem>);
}
