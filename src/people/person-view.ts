import type { Person } from "../contract/people.ts";
import type { Role } from "../contract/roles.ts";
import type { people } from "../storage/schema/people.ts";

export type PersonRow = typeof people.$inferSelect;

/** A person as the API returns it: never the hash. */
export function personView(row: PersonRow): Person {
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    roles: row.roles as Role[],
    language: row.language,
    isActive: row.isActive,
    canSignIn: row.passwordHash !== null,
    version: row.version,
  };
}

/** The body of a journal row about a person after a change. */
export function personFacts(row: PersonRow): Record<string, unknown> {
  const { id: _, ...facts } = personView(row);
  return facts;
}
