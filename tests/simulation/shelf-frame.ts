/** Decodes a frame on the controller's wire independently, so that the check does not rely on the code that it checks. */

export type ShelfFrame =
  | { kind: "stop"; verb: "stop" }
  | { kind: "beat"; verb: "beat" }
  | { kind: "command"; verb: string; aisle: number; wireId: number; epoch: number };

const verbNames = ["", "open", "close", "ventilate", "inhibit", "release", "pause"];
export const motionVerbs = new Set(["open", "close", "ventilate"]);

/** Modbus RTU, room-1 (firmware-protocols/register-maps/PROTOCOL.md): coil 0, register 4, the block at register 0. */
export function readShelfFrame(bytes: Uint8Array): ShelfFrame | null {
  const word = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const fn = bytes[1];
  if (fn === 5 && word(2) === 0) return { kind: "stop", verb: "stop" };
  if (fn === 6 && word(2) === 4) return { kind: "beat", verb: "beat" };
  if (fn !== 16 || word(2) !== 0 || word(4) !== 8) return null;
  const block = (n: number) => word(7 + 2 * n);
  return { kind: "command", verb: verbNames[block(1)] ?? "?", aisle: block(2), wireId: block(0), epoch: block(5) };
}
