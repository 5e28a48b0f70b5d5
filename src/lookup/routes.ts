import type { Context } from "../context.ts";
import { boxEndpoints } from "../contract/endpoints/boxes.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
import { search } from "./search.ts";

export function lookupRoutes(app: App, { context }: { context: Context }): void {
  mount(app, boxEndpoints.search, (request) => {
    const { q, limit, cursor } = request.query;
    return search(context, { query: q, limit: limit ?? 20, cursor });
  });
}
