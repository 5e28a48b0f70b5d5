import { and, eq, sql } from "drizzle-orm";
import { Refusal } from "../contract/errors.ts";
import { houseChain } from "../contract/journal.ts";
import type { Person } from "../contract/people.ts";
import { change } from "../journal/change.ts";
import { people } from "../storage/schema/people.ts";
import type { PeopleDeps } from "./deps.ts";
import { personView } from "./person-view.ts";

export interface SignIn {
  login: string;
  password: string;
  address: string;
  /** The session that the browser had before: ended, never taken over (session fixation). */
  formerHash: string | null;
}

/** A new session for the right password. Unknown login, wrong password and inactive person look and last the same. */
export async function signIn(deps: PeopleDeps, asked: SignIn): Promise<{ secret: string; person: Person }> {
  const { house, signInLimit } = deps;
  const { waitS, isFirstRefusal } = signInLimit.attempt(asked.login, asked.address, house.clock.nowMs());
  const [row] = await house.db
    .select()
    .from(people)
    .where(eq(sql`lower(${people.login})`, asked.login.toLowerCase()));
  if (waitS > 0) {
    // Once a window: a guesser must not fill the journal.
    if (isFirstRefusal) await noteRefusal(deps, row?.id ?? null, asked.address, "too-often");
    throw new Refusal("sign-in-too-often", { waitS });
  }
  const isRight = await deps.passwords.verify(row?.passwordHash ?? null, asked.password);
  if (!row || !isRight || !row.isActive) {
    await noteRefusal(deps, row?.id ?? null, asked.address, "wrong");
    throw new Refusal("sign-in-refused");
  }
  signInLimit.succeeded(asked.login, asked.address);
  const secret = await startSession(deps, row.id, asked.formerHash, { by: "password", address: asked.address });
  return { secret, person: personView(row) };
}

/** Starts a session of an active person and notes it; the browser's former session ends. */
export async function startSession(
  deps: PeopleDeps,
  personId: string,
  formerHash: string | null,
  body: Record<string, unknown>,
): Promise<string> {
  const secret = await change(deps.house, async (tx, { note, atMs }) => {
    // Locked: a deactivation that commits first leaves no session behind.
    const [still] = await tx
      .select({ id: people.id })
      .from(people)
      .where(and(eq(people.id, personId), eq(people.isActive, true)))
      .for("share");
    if (!still) throw new Refusal("sign-in-refused");
    if (formerHash !== null) await deps.sessions.end(tx, formerHash);
    const secret = await deps.sessions.start(tx, personId, atMs);
    note({
      chain: houseChain,
      actor: `person:${personId}`,
      kind: "person.signed-in",
      subject: `person:${personId}`,
      body,
    });
    return secret;
  });
  if (formerHash !== null) deps.sessions.ended({ sessionHash: formerHash });
  return secret;
}

/** What was typed is not kept: a password typed into the login field must not reach the journal. */
async function noteRefusal(deps: PeopleDeps, personId: string | null, address: string, why: string): Promise<void> {
  await change(deps.house, async (_tx, { note }) =>
    note({
      chain: houseChain,
      actor: "gateway",
      kind: "person.sign-in-refused",
      subject: personId === null ? null : `person:${personId}`,
      body: { address, why },
    }),
  );
}
