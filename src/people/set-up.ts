import { Refusal } from "../contract/errors.ts";
import { siteChain } from "../contract/journal.ts";
import type { Person, SetUpBody } from "../contract/people.ts";
import { change } from "../journal/change.ts";
import { people } from "../storage/schema/people.ts";
import { hasAdministrator, lockAdministrators } from "./administrators.ts";
import type { PeopleDeps } from "./deps.ts";
import { isCodeGood, useCode } from "./one-time-codes.ts";
import { type PersonRow, personFacts, personView } from "./person-view.ts";

/** The first visit creates the administrator, exactly once, with the code that the start printed. */
export async function setUp(deps: PeopleDeps, asked: SetUpBody): Promise<Person> {
  const { context } = deps;
  if (deps.isDemo || (await hasAdministrator(context.db))) throw new Refusal("set-up-done");
  // A wrong code must not cause the cost of a password hash.
  if (!(await isCodeGood(context.db, "set-up", asked.code, context.clock.nowMs())))
    throw new Refusal("set-up-code-wrong");
  const passwordHash = await deps.passwords.hash(asked.password);
  return change(context, async (tx, { note, atMs }) => {
    await lockAdministrators(tx);
    if (await hasAdministrator(tx)) throw new Refusal("set-up-done");
    if (!(await useCode(tx, "set-up", asked.code, atMs))) throw new Refusal("set-up-code-wrong");
    const row: PersonRow = {
      id: context.newId(),
      login: asked.login,
      name: asked.name,
      passwordHash,
      roles: ["administrator"],
      language: asked.language,
      isActive: true,
      version: 1,
      createdAtMs: atMs,
    };
    await tx.insert(people).values(row);
    const actor = `person:${row.id}`;
    note({
      chain: siteChain,
      actor,
      kind: "person.created",
      subject: actor,
      reason: "set-up",
      body: personFacts(row),
    });
    return personView(row);
  });
}
