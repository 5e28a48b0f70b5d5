/** Who may do what: one table for server, console and documentation. Every route names an action; what is not named is denied. */
export const roles = ["archivist", "operator", "supervisor", "auditor", "administrator"] as const;
export type Role = (typeof roles)[number];

export const rights = {
  /** Look up boxes, records, places, aisles, live feed. */
  look: ["archivist", "operator", "supervisor", "auditor", "administrator"],
  /** Open, close, ventilate, light. STOP is open to everybody signed in. */
  move: ["archivist", "operator", "supervisor"],
  stop: ["archivist", "operator", "supervisor", "auditor", "administrator"],
  /** Inhibit is anybody's who moves; release is a supervisor's. */
  release: ["supervisor"],
  /** Locking an area is for whoever may move it, unlocking for whoever locked; this is taking off somebody else's lock. */
  takeOff: ["supervisor", "administrator"],
  /** Say that what a device of the room called out is over: whoever went and looked. Reset at the panel comes after it. */
  clearAlarm: ["operator", "supervisor"],
  /** Start, pause and cancel stocktakes. */
  stocktake: ["operator", "supervisor"],
  /** Say what was made of a finding or a line: whoever stands at the shelf with the box, which moves by other verbs. */
  decide: ["archivist", "operator", "supervisor"],
  /** Listen for one box by hand (寻找). */
  locate: ["archivist", "operator", "supervisor"],
  /** Learn what antennas hear: every later stocktake is judged by it. */
  calibrate: ["administrator"],
  relocate: ["archivist", "supervisor"],
  lend: ["archivist", "supervisor"],
  catalogue: ["archivist", "supervisor", "administrator"],
  import: ["supervisor", "administrator"],
  people: ["administrator"],
  tokens: ["administrator"],
  /** Make backups and take them away: one holds everything, password hashes too. */
  backups: ["administrator"],
  audit: ["auditor", "supervisor", "administrator"],
  devices: ["archivist", "operator", "supervisor", "auditor", "administrator"],
} as const satisfies Record<string, readonly Role[]>;
export type Right = keyof typeof rights;
/** A right of the table, or open to everybody, or to everybody signed in. */
export type RequiredRight = Right | "public" | "signed-in";

export function mayDo(held: readonly string[], right: Right): boolean {
  return (rights[right] as readonly string[]).some((role) => held.includes(role));
}
