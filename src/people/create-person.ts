import { siteChain } from "../contract/journal.ts";
import type { CreatePersonBody, Person } from "../contract/people.ts";
import { change } from "../journal/change.ts";
import { people } from "../storage/schema/people.ts";
import type { PeopleDeps } from "./deps.ts";
import { type PersonRow, personFacts, personView } from "./person-view.ts";

/** Creates a person; without a password the person borrows but cannot sign in. The database refuses a login that is taken. */
export async function createPerson(
  deps: Pick<PeopleDeps, "context" | "passwords">,
  actor: string,
  asked: CreatePersonBody,
): Promise<Person> {
  const passwordHash = asked.password === undefined ? null : await deps.passwords.hash(asked.password);
  return change(deps.context, async (tx, { note, atMs }) => {
    const row: PersonRow = {
      id: deps.context.newId(),
      login: asked.login,
      name: asked.name,
      passwordHash,
      roles: [...new Set(asked.roles)],
      language: asked.language,
      isActive: true,
      version: 1,
      createdAtMs: atMs,
    };
    await tx.insert(people).values(row);
    note({ chain: siteChain, actor, kind: "person.created", subject: `person:${row.id}`, body: personFacts(row) });
    return personView(row);
  });
}
