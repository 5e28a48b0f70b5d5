/** Which role has which right: one table for server, console and documentation. Every route names a right; others are denied. */
export const roles = ["archivist", "operator", "supervisor", "auditor", "administrator"] as const;
export type Role = (typeof roles)[number];

export const rights = {
  /** See boxes, records, places, aisles and the live feed. */
  look: ["archivist", "operator", "supervisor", "auditor", "administrator"],
  /** Open, close, ventilate, light. STOP is open to everybody signed in. */
  move: ["archivist", "operator", "supervisor"],
  stop: ["archivist", "operator", "supervisor", "auditor", "administrator"],
  /** Everybody who may move may inhibit; only a supervisor may release. */
  release: ["supervisor"],
  /** Take off somebody else's lock. Everybody who may move an area may lock it, and the owner of a lock takes it off. */
  takeOff: ["supervisor", "administrator"],
  /** Clear an alarm that a device of the room raised, after going to look. The reset at the panel comes after it. */
  clearAlarm: ["operator", "supervisor"],
  /** Start, pause and cancel stocktakes. */
  stocktake: ["operator", "supervisor"],
  /** Decide about a finding or a line. The person stands at the shelf with the box; moving the box needs other rights. */
  decide: ["archivist", "operator", "supervisor"],
  /** Search for one box by hand (寻找). */
  locate: ["archivist", "operator", "supervisor"],
  /** Learn a new calibration: every later stocktake is judged by it. */
  calibrate: ["administrator"],
  relocate: ["archivist", "supervisor"],
  lend: ["archivist", "supervisor"],
  catalogue: ["archivist", "supervisor", "administrator"],
  import: ["supervisor", "administrator"],
  people: ["administrator"],
  tokens: ["administrator"],
  /** Make, download and delete backups: a backup holds everything, password hashes too. */
  backups: ["administrator"],
  audit: ["auditor", "supervisor", "administrator"],
  devices: ["archivist", "operator", "supervisor", "auditor", "administrator"],
} as const satisfies Record<string, readonly Role[]>;
export type Right = keyof typeof rights;
/** A right of the table, "public" for everybody, or "signed-in" for every signed-in person. */
export type RequiredRight = Right | "public" | "signed-in";

export function mayDo(held: readonly string[], right: Right): boolean {
  return (rights[right] as readonly string[]).some((role) => held.includes(role));
}
