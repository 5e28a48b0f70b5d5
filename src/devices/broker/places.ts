/**
 * Limits connections. Many users share one address (this machine, a router), so no address is refused: among unknown clients the
 * oldest makes room, known ones have places of their own, and those of the gateway and of controllers are reserved for them.
 */
export interface PlaceLimits {
  /** Users other than the gateway and the controllers, all together. */
  connections: number;
  connectionsPerUser: number;
  /** Connections of one address that have not yet signed in. */
  unknownPerAddress: number;
  unknown: number;
}

export interface PlaceUser {
  username: string;
  keepsPlace?: boolean;
}

export interface Place {
  /** The client has signed in. Returns false when all places that are not reserved for others are taken. */
  prove(user: PlaceUser): boolean;
  leave(): void;
}

export interface Places {
  /** May end another connection, which calls `leave` later. */
  enter(address: string, end: (why: string) => void): Place;
}

type End = (why: string) => void;

export function keepPlaces(limits: PlaceLimits): Places {
  /** Oldest first, in the insertion order of sets and maps. */
  const unknown = new Map<string, Set<End>>();
  const known = new Map<string, Set<End>>();
  let unknownCount = 0;
  let othersCount = 0;

  function put(groups: Map<string, Set<End>>, name: string, end: End): Set<End> {
    const group = groups.get(name) ?? new Set();
    groups.set(name, group.add(end));
    return group;
  }

  function drop(groups: Map<string, Set<End>>, name: string, end: End): boolean {
    const group = groups.get(name);
    const isGone = group?.delete(end) ?? false;
    if (group?.size === 0) groups.delete(name);
    return isGone;
  }

  /** Frees the place at once: an ended socket closes only later, and others connect meanwhile. */
  function endOldest(groups: Map<string, Set<End>>, name: string, why: string): void {
    const [oldest] = groups.get(name) ?? [];
    if (!oldest) return;
    drop(groups, name, oldest);
    oldest(why);
  }

  function largest(): string {
    let most = { name: "", size: 0 };
    for (const [name, { size }] of unknown) if (size > most.size) most = { name, size };
    return most.name;
  }

  function makeRoom(address: string): void {
    const isCrowded = (unknown.get(address)?.size ?? 0) > limits.unknownPerAddress;
    if (!isCrowded && unknownCount <= limits.unknown) return;
    unknownCount--;
    endOldest(unknown, isCrowded ? address : largest(), "too many connections that have not said who they are");
  }

  return {
    enter(address, end) {
      let user: PlaceUser | null = null;
      put(unknown, address, end);
      unknownCount++;
      makeRoom(address);
      return {
        prove(proven) {
          if (!drop(unknown, address, end)) return user !== null;
          unknownCount--;
          const isOther = !proven.keepsPlace;
          if (isOther && othersCount >= limits.connections) return false;
          user = proven;
          if (isOther) othersCount++;
          const { username } = proven;
          if (put(known, username, end).size <= limits.connectionsPerUser) return true;
          if (isOther) othersCount--;
          endOldest(known, username, `too many connections of ${username}`);
          return true;
        },
        leave() {
          if (drop(unknown, address, end)) unknownCount--;
          if (user && drop(known, user.username, end) && !user.keepsPlace) othersCount--;
        },
      };
    },
  };
}
