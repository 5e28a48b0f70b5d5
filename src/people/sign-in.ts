import { and, eq, sql } from "drizzle-orm";
import { Refusal } from "../contract/errors.ts";
import { siteChain } from "../contract/journal.ts";
import type { Person } from "../contract/people.ts";
import { change } from "../journal/change.ts";
import { people } from "../storage/schema/people.ts";
import { cookieName } from "./credentials.ts";
import type { PeopleDeps } from "./deps.ts";
import { personView } from "./person-view.ts";

export interface SignIn {
  login: string;
  password: string;
  address: string;
  /** The browser's earlier session: it is ended, never taken over (session fixation). */
  formerHash: string | null;
  /** The cookie that may prove that this browser has signed in before. */
  cookie: string | undefined;
}

/**
 * Starts a session for the right password. Unknown login, wrong password and inactive person look alike and take the same time.
 */
export async function signIn(deps: PeopleDeps, asked: SignIn): Promise<{ secret: string; person: Person }> {
  const { context, signInLimit, refusedSignIns } = deps;
  const { login, address } = asked;
  const nowMs = context.clock.nowMs();
  const tried = { login, address, browser: deps.browsers.find(asked.cookie, login) };
  const { waitS, isFirstRefusal } = signInLimit.attempt(tried, context.clock.monoMs());
  if (waitS > 0) {
    refusedSignIns.note(login, null, address, nowMs);
    // Once for each window: a guesser must not fill the journal or load the database.
    if (isFirstRefusal) await noteRefusal(deps, (await rowOf(deps, login))?.id ?? null, address, "too-often");
    throw new Refusal("sign-in-too-often", { waitS });
  }
  const row = await rowOf(deps, login);
  const isRight = await deps.passwords.verify(row?.passwordHash ?? null, asked.password, tried.browser !== null);
  if (!row || !isRight || !row.isActive) {
    if (row) refusedSignIns.note(login, row.id, address, nowMs);
    await noteRefusal(deps, row?.id ?? null, address, "wrong");
    throw new Refusal("sign-in-refused");
  }
  signInLimit.succeeded(tried);
  await refusedSignIns.load(context.db, row.id);
  refusedSignIns.signedIn(row.id, address);
  const secret = await startSession(deps, row.id, asked.formerHash, { by: "password", address });
  return { secret, person: personView(row) };
}

async function rowOf({ context }: PeopleDeps, login: string) {
  const [row] = await context.db
    .select()
    .from(people)
    .where(eq(sql`lower(${people.login})`, login.toLowerCase()));
  return row;
}

/** Starts a session of an active person and records it; the browser's earlier session ends. */
export async function startSession(
  deps: PeopleDeps,
  personId: string,
  formerHash: string | null,
  body: Record<string, unknown>,
): Promise<string> {
  const secret = await change(deps.context, async (tx, { note, atMs }) => {
    // Locks the row: a deactivation that commits first leaves no session behind.
    const [still] = await tx
      .select({ id: people.id })
      .from(people)
      .where(and(eq(people.id, personId), eq(people.isActive, true)))
      .for("share");
    if (!still) throw new Refusal("sign-in-refused");
    if (formerHash !== null) await deps.sessions.end(tx, formerHash);
    const secret = await deps.sessions.start(tx, personId, atMs);
    note({
      chain: siteChain,
      actor: `person:${personId}`,
      kind: "person.signed-in",
      subject: `person:${personId}`,
      body,
    });
    return secret;
  });
  if (formerHash !== null) deps.sessions.ended({ sessionHash: formerHash });
  // Looked up once here, so that STOP's own door knows the session before its first use.
  deps.sessions.whoIs({ cookie: `${cookieName}=${secret}` }).catch(() => {});
  return secret;
}

/** The typed login is not stored: a password typed into the login field must not reach the journal. */
async function noteRefusal(deps: PeopleDeps, personId: string | null, address: string, why: string): Promise<void> {
  await change(deps.context, async (_tx, { note }) =>
    note({
      chain: siteChain,
      actor: "gateway",
      kind: "person.sign-in-refused",
      subject: personId === null ? null : `person:${personId}`,
      body: { address, why },
    }),
  );
}
