/** Messages between the gateway and STOP's door. Plain data; the door only answers. */

/** A caller, identified by the hash of its credentials. */
export interface Caller {
  actor: string;
  mayStop: boolean;
  /** Time left from when this is sent; setting a clock neither shortens nor prolongs it. */
  leftMs: number;
  /** The person's language; null: as the request asks. */
  language: "zh" | "en" | null;
}

export interface DoorOpening {
  kind: "open";
  host: string;
  /** PEM texts, as the gateway has them. */
  tls: { cert: string; key: string } | null;
  origins: readonly string[];
  /** As configured: the proxies whose X-Forwarded-For is believed. */
  trustProxy: string | null;
  /** Path of motion's socket. */
  stopSocket: string;
}

export type ToDoor =
  | DoorOpening
  /** Newest only: the next one is sent when this was acknowledged. */
  | { kind: "callers"; changes: readonly (readonly [hash: string, caller: Caller | null])[]; isWhole: boolean }
  /** The port of the console's pages. */
  | { kind: "console"; port: number }
  /** Sent once the first whole copy is there; until then the door waits. */
  | { kind: "listen"; port: number }
  | { kind: "look" }
  | { kind: "close" };

export const doorRefusals = [
  "not-signed-in",
  "not-allowed",
  "origin-refused",
  "not-found",
  "motion-away",
  "too-many-requests",
  "bad-request",
] as const;
export type DoorRefusal = (typeof doorRefusals)[number];

export interface DoorCounts {
  /** STOPs fed to motion. */
  stops: number;
  refused: Record<DoorRefusal, number>;
  connections: number;
  callers: number;
  isMotionThere: boolean;
}

export function noCounts(): DoorCounts {
  const refused = Object.fromEntries(doorRefusals.map((code) => [code, 0])) as DoorCounts["refused"];
  return { stops: 0, refused, connections: 0, callers: 0, isMotionThere: false };
}

export type FromDoor =
  | { kind: "ready"; port: number }
  | { kind: "failed"; code: string; detail: string }
  | { kind: "took" }
  | { kind: "alive"; counts: DoorCounts };
