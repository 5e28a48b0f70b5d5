import { and, desc, eq, isNull } from "drizzle-orm";
import { Type } from "typebox";
import {
  bindTagBody,
  boxDetailSchema,
  createBoxBody,
  firstBoxSchema,
  loanSchema,
  placeBoxBody,
  returnBoxBody,
  takeBoxBody,
} from "../contract/catalogue.ts";
import type { House } from "../house.ts";
import { type App, actorOf } from "../http/route.ts";
import { placeBox } from "../placement/place-box.ts";
import { returnBox } from "../placement/return-box.ts";
import { takeBox } from "../placement/take-box.ts";
import { boxes, loans } from "../storage/schema/catalogue.ts";
import { people } from "../storage/schema/people.ts";
import { bindTag } from "./bind-tag.ts";
import { boxDetail } from "./box-view.ts";
import { createBox } from "./create-box.ts";
import { firstBox } from "./first-box.ts";

const boxParams = Type.Object({ id: Type.String({ maxLength: 64 }) });

export function catalogueRoutes(app: App, { house }: { house: House }): void {
  app.get(
    "/api/v1/boxes/:id",
    { config: { right: "look" }, schema: { tags: ["boxes"], params: boxParams, response: { 200: boxDetailSchema } } },
    (request) => boxDetail(house, request.params.id),
  );
  app.get(
    "/api/v1/first-box",
    { config: { right: "look" }, schema: { tags: ["boxes"], response: { 200: firstBoxSchema } } },
    () => firstBox(house),
  );
  app.post(
    "/api/v1/boxes",
    {
      config: { right: "catalogue" },
      schema: { tags: ["boxes"], body: createBoxBody, response: { 201: boxDetailSchema } },
    },
    async (request, reply) => {
      const box = await createBox(house, actorOf(request), request.body);
      return reply.code(201).send(await boxDetail(house, box.id));
    },
  );
  app.put(
    "/api/v1/boxes/:id/tag",
    {
      config: { right: "catalogue" },
      schema: { tags: ["boxes"], params: boxParams, body: bindTagBody, response: { 200: boxDetailSchema } },
    },
    async (request) => {
      await bindTag(house, actorOf(request), { boxId: request.params.id, ...request.body });
      return boxDetail(house, request.params.id);
    },
  );
  app.post(
    "/api/v1/boxes/:id/place",
    {
      config: { right: "lend" },
      schema: { tags: ["boxes"], params: boxParams, body: placeBoxBody, response: { 200: boxDetailSchema } },
    },
    async (request) => {
      await placeBox(house, actorOf(request), { boxId: request.params.id, ...request.body });
      return boxDetail(house, request.params.id);
    },
  );
  app.post(
    "/api/v1/boxes/:id/take",
    {
      config: { right: "lend" },
      schema: { tags: ["boxes"], params: boxParams, body: takeBoxBody, response: { 200: boxDetailSchema } },
    },
    async (request) => {
      await takeBox(house, actorOf(request), { boxId: request.params.id, ...request.body });
      return boxDetail(house, request.params.id);
    },
  );
  app.post(
    "/api/v1/boxes/:id/return",
    {
      config: { right: "lend" },
      schema: { tags: ["boxes"], params: boxParams, body: returnBoxBody, response: { 200: boxDetailSchema } },
    },
    async (request) => {
      await returnBox(house, actorOf(request), { boxId: request.params.id, ...request.body });
      return boxDetail(house, request.params.id);
    },
  );
  app.get(
    "/api/v1/loans",
    {
      config: { right: "look" },
      schema: {
        tags: ["boxes"],
        querystring: Type.Object({
          open: Type.Optional(Type.Boolean()),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
        }),
        response: { 200: Type.Array(loanSchema) },
      },
    },
    async (request) => {
      const rows = await house.db
        .select({ loan: loans, barcode: boxes.barcode, holderName: people.name })
        .from(loans)
        .innerJoin(boxes, eq(boxes.id, loans.boxId))
        .innerJoin(people, eq(people.id, loans.holderId))
        .where(and(request.query.open === false ? undefined : isNull(loans.returnedAtMs)))
        .orderBy(desc(loans.takenAtMs))
        .limit(request.query.limit ?? 200);
      return rows.map(({ loan: { holderId, ...loan }, barcode, holderName }) => ({
        ...loan,
        barcode,
        holder: { id: holderId, name: holderName },
      }));
    },
  );
}
