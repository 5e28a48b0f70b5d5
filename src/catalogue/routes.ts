import { Type } from "typebox";
import {
  bindTagBody,
  boxDetailSchema,
  changeHomeBody,
  createBoxBody,
  firstBoxSchema,
  loansPageSchema,
  placeBoxBody,
  returnBoxBody,
  takeBoxBody,
  withdrawBoxBody,
} from "../contract/catalogue.ts";
import type { House } from "../house.ts";
import { type App, actorOf, page, pageFrom, pageQuery } from "../http/route.ts";
import { changeHome } from "../placement/change-home.ts";
import { placeBox } from "../placement/place-box.ts";
import { returnBox } from "../placement/return-box.ts";
import { takeBox } from "../placement/take-box.ts";
import { withdrawBox } from "../placement/withdraw-box.ts";
import { bindTag } from "./bind-tag.ts";
import { boxDetail } from "./box-view.ts";
import { createBox } from "./create-box.ts";
import { firstBox } from "./first-box.ts";
import { listLoans } from "./list-loans.ts";

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
  app.put(
    "/api/v1/boxes/:id/home",
    {
      config: { right: "catalogue" },
      schema: { tags: ["boxes"], params: boxParams, body: changeHomeBody, response: { 200: boxDetailSchema } },
    },
    async (request) => {
      await changeHome(house, actorOf(request), { boxId: request.params.id, ...request.body });
      return boxDetail(house, request.params.id);
    },
  );
  app.post(
    "/api/v1/boxes/:id/withdraw",
    {
      config: { right: "catalogue" },
      schema: { tags: ["boxes"], params: boxParams, body: withdrawBoxBody, response: { 200: boxDetailSchema } },
    },
    async (request) => {
      await withdrawBox(house, actorOf(request), { boxId: request.params.id, ...request.body });
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
          overdue: Type.Optional(Type.Boolean()),
          q: Type.Optional(Type.String({ maxLength: 80 })),
          ...pageQuery,
        }),
        response: { 200: loansPageSchema },
      },
    },
    async (request) => {
      const { open = true, overdue = false, q } = request.query;
      const { after, limit } = pageFrom(request.query);
      const rows = await listLoans(house, {
        isOpen: open,
        isOverdue: overdue,
        q,
        after: after && { takenAtMs: Number(after[0]), id: String(after[1]) },
        limit,
      });
      return page(rows, limit, (loan) => [loan.takenAtMs, loan.id]);
    },
  );
}
