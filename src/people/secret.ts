import { createHash } from "node:crypto";

/** Source of randomness for secrets: node:crypto's randomBytes, or a seeded one in a simulation. */
export type RandomBytes = (bytes: number) => Buffer;

/** 32 random bytes, base64url: 43 characters. */
export function newSecret(randomBytes: RandomBytes): string {
  return randomBytes(32).toString("base64url");
}

/** Only the hash is stored. A plain hash is enough, because the secret is random and not chosen by a person. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

// Crockford's letters: no I, L, O, U, which are easily misread from a terminal.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 80 bits to be typed by hand: "7K3M-…", four groups of four. */
export function newTypedCode(randomBytes: RandomBytes): string {
  const typed = [...randomBytes(16)].map((byte) => letters[byte & 31]).join("");
  return typed.replace(/(.{4})(?=.)/g, "$1-");
}

/** Normalises a code that a person typed: case, spaces and dashes do not matter. */
export function normaliseTypedCode(typed: string): string {
  const plain = typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");
  return plain
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1")
    .replace(/(.{4})(?=.)/g, "$1-");
}
