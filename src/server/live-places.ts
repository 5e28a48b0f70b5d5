/**
 * Limits live feed connections. The feed carries the warning before motion (S12): strangers never take a signed-in user's place.
 */

export const livePlaces = {
  /** All signed-in users together. */
  knownMax: 2_000,
  /** One person or system, so that a faulty client shuts out only itself. */
  perActorMax: 500,
  /** Connections that have not yet signed in; each has a few seconds to do so. */
  strangersMax: 200,
  strangersPerSourceMax: 20,
} as const;
/** Time to sign in after the connection is up; then it is closed. */
export const provenWithinMs = 5_000;

/** A signed-in person or system, or the address of a stranger. */
export type Visitor = { actor: string } | { source: string };

export interface LivePlaces {
  hasRoom(visitor: Visitor): boolean;
  /** Returns false when there is no room; then no place is taken. */
  enter(id: string, visitor: Visitor): boolean;
  /** A stranger has signed in; returns false when that person's or all places are taken. */
  prove(id: string, actor: string): boolean;
  leave(id: string): void;
  isKnown(id: string): boolean;
}

export function makeLivePlaces(limits: Record<keyof typeof livePlaces, number> = livePlaces): LivePlaces {
  const visitors = new Map<string, Visitor>();
  const actors = new Map<string, number>();
  const sources = new Map<string, number>();
  let known = 0;

  const countOf = (visitor: Visitor) =>
    "actor" in visitor ? ([actors, visitor.actor] as const) : ([sources, visitor.source] as const);

  function add(visitor: Visitor, by: 1 | -1): void {
    const [counts, key] = countOf(visitor);
    const now = (counts.get(key) ?? 0) + by;
    if (now > 0) counts.set(key, now);
    else counts.delete(key);
    if ("actor" in visitor) known += by;
  }

  function hasRoom(visitor: Visitor): boolean {
    const [counts, key] = countOf(visitor);
    const held = counts.get(key) ?? 0;
    if ("actor" in visitor) return known < limits.knownMax && held < limits.perActorMax;
    return visitors.size - known < limits.strangersMax && held < limits.strangersPerSourceMax;
  }

  return {
    hasRoom,
    enter(id, visitor) {
      if (!hasRoom(visitor)) return false;
      visitors.set(id, visitor);
      add(visitor, 1);
      return true;
    },
    prove(id, actor) {
      const before = visitors.get(id);
      if (!before) return false;
      if ("actor" in before) return true;
      const visitor = { actor };
      if (!hasRoom(visitor)) return false;
      add(before, -1);
      visitors.set(id, visitor);
      add(visitor, 1);
      return true;
    },
    leave(id) {
      const visitor = visitors.get(id);
      if (visitor) add(visitor, -1);
      visitors.delete(id);
    },
    isKnown(id) {
      const visitor = visitors.get(id);
      return visitor !== undefined && "actor" in visitor;
    },
  };
}
