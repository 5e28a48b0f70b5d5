import { createHash } from "node:crypto";

/** Chance for secrets, handed in: node:crypto's randomBytes, or a seeded source in a simulation. */
export type RandomBytes = (bytes: number) => Buffer;

/** 32 random bytes, base64url: 43 characters. */
export function newSecret(randomBytes: RandomBytes): string {
  return randomBytes(32).toString("base64url");
}

/** Only this is stored. A plain hash is enough: the secret is random, not chosen by a person. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

// Crockford's letters: no I, L, O, U to be misread from a terminal.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 80 bits to be typed by hand: "7K3M-…", four groups of four. */
export function newTypedCode(randomBytes: RandomBytes): string {
  const typed = [...randomBytes(16)].map((byte) => letters[byte & 31]).join("");
  return typed.replace(/(.{4})(?=.)/g, "$1-");
}

/** What a person typed, as it was printed: case, spaces and dashes do not matter. */
export function normaliseTypedCode(typed: string): string {
  const plain = typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");
  return plain
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1")
    .replace(/(.{4})(?=.)/g, "$1-");
}
