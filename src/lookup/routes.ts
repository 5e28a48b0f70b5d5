import { Type } from "typebox";
import { searchPageSchema } from "../contract/catalogue.ts";
import type { House } from "../house.ts";
import type { App } from "../http/route.ts";
import { search } from "./search.ts";

export function lookupRoutes(app: App, { house }: { house: House }): void {
  app.get(
    "/api/v1/search",
    {
      config: { right: "look" },
      schema: {
        tags: ["lookup"],
        summary: "自动定位 / Find a box by customer, name, pinyin initials, code, barcode, EPC or location",
        querystring: Type.Object({
          q: Type.String({ minLength: 1, maxLength: 200 }),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
          cursor: Type.Optional(Type.String({ maxLength: 200 })),
        }),
        response: { 200: searchPageSchema },
      },
    },
    async (request) => {
      const { q, limit, cursor } = request.query;
      return search(house, { query: q, limit: limit ?? 20, cursor });
    },
  );
}
