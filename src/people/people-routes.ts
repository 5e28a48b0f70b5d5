import { eq } from "drizzle-orm";
import { Type } from "typebox";
import { Refusal } from "../contract/errors.ts";
import {
  changePersonBody,
  createdTokenSchema,
  createPersonBody,
  createTokenBody,
  peoplePageSchema,
  personSchema,
  tokenSchema,
} from "../contract/people.ts";
import { mayDo } from "../contract/roles.ts";
import { type App, actorOf, nothing, page, pageFrom, pageQuery, versionSeen } from "../http/route.ts";
import { people } from "../storage/schema/people.ts";
import { changePerson } from "./change-person.ts";
import { createPerson } from "./create-person.ts";
import type { PeopleDeps } from "./deps.ts";
import { listPeople } from "./list-people.ts";
import { personView } from "./person-view.ts";
import { createToken, listTokens, revokeToken } from "./tokens.ts";

const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const peopleQuery = Type.Object(
  { q: Type.Optional(Type.String({ maxLength: 80 })), ...pageQuery },
  { additionalProperties: false },
);

export function peopleRoutes(app: App, deps: PeopleDeps): void {
  const { house } = deps;
  app.get(
    "/api/v1/people",
    {
      config: { right: "look" },
      schema: { tags: ["people"], querystring: peopleQuery, response: { 200: peoplePageSchema } },
    },
    async (request) => {
      const { after, limit } = pageFrom({ limit: 200, ...request.query });
      const isBrief = !mayDo(request.who?.roles ?? [], "people");
      const afterId = after === null ? null : String(after[0]);
      const rows = await listPeople(house, { q: request.query.q, afterId, limit, isBrief });
      return page(rows, limit, (person) => [person.id]);
    },
  );
  app.get(
    "/api/v1/people/:id",
    { config: { right: "people" }, schema: { tags: ["people"], params, response: { 200: personSchema } } },
    async (request, reply) => {
      const [row] = await house.db.select().from(people).where(eq(people.id, request.params.id));
      if (!row) throw new Refusal("person-unknown");
      return reply.header("etag", `"${row.version}"`).send(personView(row));
    },
  );
  app.post(
    "/api/v1/people",
    {
      // The body may hold a first password: not even its hash is remembered.
      config: { right: "people", idempotency: "off" },
      schema: { tags: ["people"], body: createPersonBody, response: { 201: personSchema } },
    },
    async (request, reply) => {
      const person = await createPerson(deps, actorOf(request), request.body);
      return reply
        .code(201)
        .header("etag", `"${person.version}"`)
        .header("location", `/api/v1/people/${person.id}`)
        .send(person);
    },
  );
  app.patch(
    "/api/v1/people/:id",
    {
      config: { right: "people" },
      schema: { tags: ["people"], params, body: changePersonBody, response: { 200: personSchema } },
    },
    async (request, reply) => {
      const person = await changePerson(deps, {
        actor: actorOf(request),
        personId: request.params.id,
        versionSeen: versionSeen(request),
        changes: request.body,
        keptHash: null,
      });
      return reply.header("etag", `"${person.version}"`).send(person);
    },
  );
  app.get(
    "/api/v1/tokens",
    { config: { right: "tokens" }, schema: { tags: ["tokens"], response: { 200: Type.Array(tokenSchema) } } },
    () => listTokens(house),
  );
  app.post(
    "/api/v1/tokens",
    {
      // The answer holds the secret, which is shown once and never stored.
      config: { right: "tokens", idempotency: "once" },
      schema: { tags: ["tokens"], body: createTokenBody, response: { 201: createdTokenSchema } },
    },
    async (request, reply) => reply.code(201).send(await createToken(deps, actorOf(request), request.body)),
  );
  app.delete(
    "/api/v1/tokens/:id",
    { config: { right: "tokens" }, schema: { tags: ["tokens"], params, response: { 204: nothing } } },
    async (request, reply) => {
      await revokeToken(deps, actorOf(request), request.params.id);
      return reply.code(204).send();
    },
  );
}
