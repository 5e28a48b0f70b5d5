/** Who may hold a place on the live feed: it carries the warning before motion (S12), so strangers never take one from anybody signed in. */

export const livePlaces = {
  /** Of everybody who is signed in. */
  knownMax: 2_000,
  /** Of one person or system: who goes mad shuts nobody out but himself. */
  perActorMax: 500,
  /** Of those who have not said who they are; each has seconds to do so. */
  strangersMax: 200,
  strangersPerSourceMax: 20,
} as const;
/** To say who one is after the connection is up; then it ends. */
export const provenWithinMs = 5_000;

/** A signed-in person or system, or whoever comes from this address. */
export type Visitor = { actor: string } | { source: string };

export interface LivePlaces {
  hasRoom(visitor: Visitor): boolean;
  /** False when there is no room (any more): nothing is held then. */
  enter(id: string, visitor: Visitor): boolean;
  /** A stranger said who he is; false when that person's or everybody's places are taken. */
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
