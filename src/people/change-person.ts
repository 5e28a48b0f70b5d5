import { eq } from "drizzle-orm";
import { Refusal } from "../contract/errors.ts";
import { siteChain } from "../contract/journal.ts";
import type { ChangeOwnBody, ChangePersonBody, Person } from "../contract/people.ts";
import { change } from "../journal/change.ts";
import { people } from "../storage/schema/people.ts";
import { hasAdministrator, lockAdministrators } from "./administrators.ts";
import type { PeopleDeps } from "./deps.ts";
import { type PersonRow, personFacts, personView } from "./person-view.ts";

export interface PersonChange {
  actor: string;
  personId: string;
  /** The version that the caller saw; null where people change themselves. */
  versionSeen: number | null;
  changes: ChangePersonBody;
  /** A session that stays when the others end. */
  keptHash: string | null;
}

/** Changes a person. Deactivation and a new password end the sessions; the last administrator must stay one. */
export async function changePerson(deps: PeopleDeps, asked: PersonChange): Promise<Person> {
  const { context, sessions } = deps;
  const { password, ...plain } = asked.changes;
  const passwordHash = password === undefined ? undefined : await deps.passwords.hash(password);
  const { row, endsSessions } = await change(context, async (tx, { note }) => {
    await lockAdministrators(tx);
    const [before] = await tx.select().from(people).where(eq(people.id, asked.personId)).for("update");
    if (!before) throw new Refusal("person-unknown");
    if (asked.versionSeen !== null && before.version !== asked.versionSeen)
      throw new Refusal("version-differs", { version: before.version });
    const after: PersonRow = {
      ...before,
      ...plain,
      ...(plain.roles ? { roles: [...new Set(plain.roles)] } : {}),
      ...(passwordHash === undefined ? {} : { passwordHash }),
      version: before.version + 1,
    };
    const losesAdministrator = administers(before) && !administers(after);
    if (losesAdministrator && !(await hasAdministrator(tx, before.id))) throw new Refusal("last-administrator");
    const { id: _, ...values } = after;
    await tx.update(people).set(values).where(eq(people.id, before.id));
    const endsSessions = (before.isActive && !after.isActive) || passwordHash !== undefined;
    if (endsSessions) await sessions.endAllOf(tx, before.id, after.isActive ? asked.keptHash : null);
    note({
      chain: siteChain,
      actor: asked.actor,
      kind: "person.changed",
      subject: `person:${before.id}`,
      body: { ...personFacts(after), ...(passwordHash === undefined ? {} : { isPasswordNew: true }) },
    });
    return { row: after, endsSessions };
  });
  sessions.forget(row.id);
  // A person who lost a role must not go on following data of that role: the live feed checks again.
  if (endsSessions || plain.roles)
    sessions.ended({ personId: row.id, exceptHash: row.isActive ? asked.keptHash : null });
  return personView(row);
}

function administers(row: PersonRow): boolean {
  return row.isActive && row.passwordHash !== null && row.roles.includes("administrator");
}

/** Changes that all people may make to themselves: language, and the password if they name the present one. */
export async function changeOwn(
  deps: PeopleDeps,
  personId: string,
  sessionHash: string | null,
  asked: ChangeOwnBody,
): Promise<Person> {
  const { currentPassword, ...changes } = asked;
  if (changes.password !== undefined) {
    // A separate limit for signed-in people, which nobody outside can use up.
    const guessed = { login: `own ${personId}`, address: "", browser: `own ${personId}` };
    const { waitS } = deps.signInLimit.attempt(guessed, deps.context.clock.monoMs());
    if (waitS > 0) throw new Refusal("sign-in-too-often", { waitS });
    const [row] = await deps.context.db.select().from(people).where(eq(people.id, personId));
    if (!(await deps.passwords.verify(row?.passwordHash ?? null, currentPassword ?? "", true)))
      throw new Refusal("password-wrong");
    deps.signInLimit.succeeded(guessed);
    if (changes.password === currentPassword) throw new Refusal("password-same");
  }
  return changePerson(deps, {
    actor: `person:${personId}`,
    personId,
    versionSeen: null,
    changes,
    keptHash: sessionHash,
  });
}
