import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A random password for each broker user, made once and kept in a file that only the gateway's user can read. */
export interface DeviceSecrets {
  file: string;
  passwordOf(username: string): string;
  all(): Map<string, string>;
  /** SHA-256 in hex of the user's password; the broker needs no more than this. */
  digestOf(username: string): string;
}

const secretBytes = 24;

/**
 * Reads the file and adds a password for each user without one. Shape: { "shelf-2": { "username": "shelf-2", "password": "…" } }.
 */
export function keepDeviceSecrets(
  file: string,
  usernames: readonly string[],
  randomBytes: (bytes: number) => Buffer,
): DeviceSecrets {
  const known = new Map(Object.entries(read(file)).map(([username, entry]) => [username, entry.password]));
  const missing = usernames.filter((username) => !known.has(username));
  for (const username of missing) known.set(username, randomBytes(secretBytes).toString("base64url"));
  if (missing.length > 0) {
    mkdirSync(dirname(file), { recursive: true });
    const entries = Object.fromEntries([...known].map(([username, password]) => [username, { username, password }]));
    // Written to a part file and renamed: a half-written file would lock every device out.
    writeFileSync(`${file}.part`, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.part`, file);
  }
  function passwordOf(username: string): string {
    const password = known.get(username);
    if (password === undefined) throw new Error(`no password for ${username}`);
    return password;
  }

  return {
    file,
    all: () => new Map(known),
    passwordOf,
    digestOf: (username) => createHash("sha256").update(passwordOf(username)).digest("hex"),
  };
}

function read(file: string): Record<string, { password: string }> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, { password: string }>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
