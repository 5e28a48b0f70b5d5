/** The credentials in a request: a session's cookie or a system's token. Uses no database. */
export const cookieName = "guiwei";
export const tokenPrefix = "gw_";

export interface Credentials {
  cookie?: string | undefined;
  authorization?: string | undefined;
}

export function sessionSecretOf(cookie: string | undefined): string | null {
  return /(?:^|;\s*)guiwei=([\w-]{43})(?:;|\s*$)/.exec(cookie ?? "")?.[1] ?? null;
}

/** A request with a token acts as that system, even if it also has a cookie. */
export function secretOf({ cookie, authorization }: Credentials): { secret: string | null; bearer: string | null } {
  const bearer = /^Bearer\s+(gw_[\w-]{43})$/i.exec(authorization ?? "")?.[1] ?? null;
  const session = authorization === undefined ? sessionSecretOf(cookie) : null;
  return { secret: bearer ?? session, bearer };
}
