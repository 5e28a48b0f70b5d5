import { siteChain } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import type { PeopleDeps } from "./deps.ts";

/** Ends one session; its live feed closes with it. */
export async function signOut(deps: PeopleDeps, personId: string, sessionHash: string): Promise<void> {
  await change(deps.context, async (tx, { note }) => {
    if (!(await deps.sessions.end(tx, sessionHash))) return;
    note({
      chain: siteChain,
      actor: `person:${personId}`,
      kind: "person.signed-out",
      subject: `person:${personId}`,
      body: {},
    });
  });
  deps.sessions.ended({ sessionHash });
}
