/** The door's copy of the callers. It is believed however old it is, because STOP is the safe direction. */
import { type Credentials, secretOf } from "../people/credentials.ts";
import { hashSecret } from "../people/secret.ts";
import type { Caller } from "./messages.ts";

/** Times are monotonic. */
export interface KnownCallers {
  change(changes: readonly (readonly [string, Caller | null])[], nowMs: number): void;
  /** Costs one SHA-256 of 46 characters at most; null: unknown, or the session has ended. */
  find(credentials: Credentials, nowMs: number): Caller | null;
  count(): number;
}

export function knownCallers(): KnownCallers {
  const known = new Map<string, { caller: Caller; endsAtMs: number }>();
  return {
    change(changes, nowMs) {
      for (const [hash, caller] of changes) {
        if (caller) known.set(hash, { caller, endsAtMs: nowMs + caller.leftMs });
        else known.delete(hash);
      }
    },
    find(credentials, nowMs) {
      const { secret } = secretOf(credentials);
      const found = secret === null ? undefined : known.get(hashSecret(secret));
      return found && found.endsAtMs > nowMs ? found.caller : null;
    },
    count: () => known.size,
  };
}
