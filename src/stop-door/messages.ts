/** What the gateway and STOP's door say to each other over their channel. Plain data; the door never speaks unasked. */

/** Somebody who may come, by the hash of what they would show. */
export interface Caller {
  actor: string;
  mayStop: boolean;
  /** So long from the moment this is said: no clock that somebody sets ends it sooner, or makes it last. */
  leftMs: number;
  /** Of a person; null: as the request asks. */
  language: "zh" | "en" | null;
}

export interface DoorOpening {
  kind: "open";
  host: string;
  /** PEM texts, as the gateway has them. */
  tls: { cert: string; key: string } | null;
  origins: readonly string[];
  /** As set: whose X-Forwarded-For is believed. */
  trustProxy: string | null;
  /** Of motion. */
  stopSocket: string;
}

export type ToDoor =
  | DoorOpening
  /** Newest-only: the next comes when this was taken. */
  | { kind: "callers"; changes: readonly (readonly [hash: string, caller: Caller | null])[]; isWhole: boolean }
  /** Where the console's pages come from. */
  | { kind: "console"; port: number }
  /** Once the first whole copy is there; until then it is ready to, and waits. */
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
  /** STOPs that motion was fed. */
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
