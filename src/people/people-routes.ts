import { eq } from "drizzle-orm";
import { addressOf } from "../contract/endpoints/endpoint.ts";
import { peopleEndpoints } from "../contract/endpoints/people.ts";
import { Refusal } from "../contract/errors.ts";
import { wholeList } from "../contract/lists.ts";
import { mayDo } from "../contract/roles.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf, page, pageFrom, versionSeen } from "../http/route.ts";
import { people } from "../storage/schema/people.ts";
import { changePerson } from "./change-person.ts";
import { createPerson } from "./create-person.ts";
import type { PeopleDeps } from "./deps.ts";
import { listPeople } from "./list-people.ts";
import { personView } from "./person-view.ts";
import { createToken, listTokens, revokeToken } from "./tokens.ts";

export function peopleRoutes(app: App, deps: PeopleDeps): void {
  const { context } = deps;
  mount(app, peopleEndpoints.listPeople, async (request) => {
    const { after, limit } = pageFrom({ limit: 200, ...request.query });
    const isBrief = !mayDo(request.who?.roles ?? [], "people");
    const afterId = after === null ? null : String(after[0]);
    const rows = await listPeople(context, { q: request.query.q, afterId, limit, isBrief });
    return page(rows, limit, (person) => [person.id]);
  });
  mount(app, peopleEndpoints.getPerson, async (request, reply) => {
    const [row] = await context.db.select().from(people).where(eq(people.id, request.params.id));
    if (!row) throw new Refusal("person-unknown");
    reply.header("etag", `"${row.version}"`);
    return personView(row);
  });
  mount(app, peopleEndpoints.createPerson, async (request, reply) => {
    const person = await createPerson(deps, actorOf(request), request.body);
    const location = addressOf(peopleEndpoints.getPerson, { params: { id: person.id } });
    reply.header("etag", `"${person.version}"`).header("location", location);
    return person;
  });
  mount(app, peopleEndpoints.changePerson, async (request, reply) => {
    const person = await changePerson(deps, {
      actor: actorOf(request),
      personId: request.params.id,
      versionSeen: versionSeen(request),
      changes: request.body,
      keptHash: null,
    });
    reply.header("etag", `"${person.version}"`);
    return person;
  });
  mount(app, peopleEndpoints.listTokens, async () => wholeList(await listTokens(context)));
  mount(app, peopleEndpoints.createToken, (request) => createToken(deps, actorOf(request), request.body));
  mount(app, peopleEndpoints.revokeToken, (request) => revokeToken(deps, actorOf(request), request.params.id));
}
