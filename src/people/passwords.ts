/** argon2id with OWASP's parameters; only a few at once, so that a flood of sign-ins cannot take all memory and threads. */
import { hash, verify } from "@node-rs/argon2";
import { Refusal } from "../contract/errors.ts";
import type { RandomBytes } from "./secret.ts";

const settings = { algorithm: 2 /* Argon2id */, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const hashingMax = 2;
const waitingMax = 100;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long when there is no hash to compare with. Known browsers wait in a queue of their own, which is served first. */
  verify(passwordHash: string | null, password: string, isKnown?: boolean): Promise<boolean>;
}

export function makePasswords(randomBytes: RandomBytes): Passwords {
  let running = 0;
  const strangers: (() => void)[] = [];
  const known: (() => void)[] = [];

  async function inTurn<T>(work: () => Promise<T>, isKnown: boolean): Promise<T> {
    const waiting = isKnown ? known : strangers;
    if (running >= hashingMax) {
      if (waiting.length >= waitingMax) throw new Refusal("too-many-requests");
      // Resolved by the verification that ends, which hands over its place.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = known.shift() ?? strangers.shift();
      if (next) next();
      else running--;
    }
  }

  const hashNow = (password: string) => hash(password, { ...settings, salt: randomBytes(16) });
  let decoy: Promise<string> | null = null;

  return {
    hash: (password) => inTurn(() => hashNow(password), true),
    verify: (passwordHash, password, isKnown = false) =>
      inTurn(async () => {
        decoy ??= hashNow(randomBytes(16).toString("hex"));
        const isRight = await verify(passwordHash ?? (await decoy), password);
        return isRight && passwordHash !== null;
      }, isKnown),
  };
}
