/**
 * Recognises browsers that have signed in before by a cookie of their own, so that password guessing elsewhere cannot lock them
 * out. The cookie signs nobody in. It is self-verifying (HMAC), so checking needs no database; a shared terminal may know several
 * logins.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { RandomBytes } from "./secret.ts";

export const browserCookieName = "guiwei-known";
export const browserCookieAgeS = 180 * 24 * 3_600;
/** Logins that one browser is known for, newest first. */
const loginsMax = 5;
const keyBytes = 32;

export interface KnownBrowsers {
  /** Id of this browser if it has signed in with this login before. */
  find(cookie: string | undefined, login: string): string | null;
  /** Id of this browser if it has signed in at all. */
  any(cookie: string | undefined): string | null;
  /** The cookie's value after signing in with this login. */
  add(cookie: string | undefined, login: string): string;
}

export function makeKnownBrowsers(key: Buffer, randomBytes: RandomBytes): KnownBrowsers {
  const mac = (text: string) => createHmac("sha256", key).update(text).digest("base64url").slice(0, 32);
  const tagOf = (login: string) => mac(`login ${login.toLowerCase()}`).slice(0, 16);

  /** Entries that this gateway wrote: tag of the login, id of the browser, proof. */
  function entriesOf(cookie: string | undefined): { tag: string; id: string; text: string }[] {
    const value = /(?:^|;\s*)guiwei-known=([\w.~-]{1,600})(?:;|\s*$)/.exec(cookie ?? "")?.[1] ?? "";
    return value
      .split("~")
      .slice(0, loginsMax)
      .flatMap((text) => {
        const [tag = "", id = "", proof = ""] = text.split(".");
        const expected = Buffer.from(mac(`browser ${tag}.${id}`));
        const isOurs = proof.length === expected.length && timingSafeEqual(Buffer.from(proof), expected);
        return isOurs ? [{ tag, id, text }] : [];
      });
  }

  return {
    find: (cookie, login) => entriesOf(cookie).find(({ tag }) => tag === tagOf(login))?.id ?? null,
    any: (cookie) => entriesOf(cookie)[0]?.id ?? null,
    add(cookie, login) {
      const tag = tagOf(login);
      const entries = entriesOf(cookie);
      const id = entries.find((one) => one.tag === tag)?.id ?? randomBytes(16).toString("base64url");
      const others = entries.filter((one) => one.tag !== tag).map(({ text }) => text);
      return [`${tag}.${id}.${mac(`browser ${tag}.${id}`)}`, ...others].slice(0, loginsMax).join("~");
    },
  };
}

/** The key in a file that only the gateway's user can read; made once. If it is lost, browsers only count as new again. */
export function keepBrowserKey(file: string, randomBytes: RandomBytes): Buffer {
  try {
    const kept = Buffer.from(readFileSync(file, "utf8").trim(), "base64url");
    if (kept.length === keyBytes) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const key = randomBytes(keyBytes);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${key.toString("base64url")}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
  return key;
}
