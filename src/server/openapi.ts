/** OpenAPI 3.1 from the endpoint rows of the mounted routes; a schema of src/contract appears once, under its own name. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import * as aisles from "../contract/aisles.ts";
import * as attention from "../contract/attention.ts";
import * as calibrations from "../contract/calibrations.ts";
import * as catalogue from "../contract/catalogue.ts";
import { type Endpoint, isFile } from "../contract/endpoints/endpoint.ts";
import { endpoints } from "../contract/endpoints/endpoints.ts";
import { errorTable } from "../contract/errors.ts";
import * as jobs from "../contract/jobs.ts";
import * as journal from "../contract/journal.ts";
import { listsHeader } from "../contract/lists.ts";
import * as locate from "../contract/locate.ts";
import * as people from "../contract/people.ts";
import * as ports from "../contract/ports.ts";
import * as problem from "../contract/problem.ts";
import * as relocation from "../contract/relocation.ts";
import * as stocktake from "../contract/stocktake.ts";
import type { App } from "../http/route.ts";
import { fullResponseOf } from "./fast-answers.ts";

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Name → schema of every object or list exported by the contract. */
function namedSchemas(): Map<string, JsonObject> {
  const named = new Map<string, JsonObject>();
  for (const words of [
    aisles,
    attention,
    catalogue,
    locate,
    jobs,
    journal,
    people,
    ports,
    problem,
    calibrations,
    relocation,
    stocktake,
  ]) {
    for (const [key, value] of Object.entries(words) as [string, unknown][]) {
      if (typeof value !== "object" || value === null || !/(Schema|Body)$/.test(key)) continue;
      const schema = JSON.parse(JSON.stringify(value)) as JsonObject;
      if (schema.type !== "object" && schema.type !== "array") continue;
      named.set(
        key.replace(/Schema$/, "").replace(/^./, (first) => first.toUpperCase()),
        schema,
      );
    }
  }
  return named;
}

export async function describeApi(app: App, version: string): Promise<void> {
  const named = namedSchemas();
  const nameByText = new Map([...named].map(([name, schema]) => [JSON.stringify(schema), name]));

  /** Outermost match first; unions of literals become enums. */
  function withRefs(value: Json, isTop = false): Json {
    if (Array.isArray(value)) return value.map((item) => withRefs(item));
    if (value === null || typeof value !== "object") return value;
    const name = isTop ? undefined : nameByText.get(JSON.stringify(value));
    if (name) return { $ref: `${name}#` };
    const options = value.anyOf;
    if (Array.isArray(options) && options.length > 0 && options.every(isLiteral)) {
      const { anyOf: _, ...rest } = value;
      return { ...rest, type: "string", enum: options.map((option) => (option as JsonObject).const as Json) };
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withRefs(item)]));
  }

  for (const [name, schema] of named) app.addSchema({ ...(withRefs(schema, true) as JsonObject), $id: name });

  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Guiwei 归位",
        description:
          "Archive-room controller. Errors are RFC 9457 problem+json with a stable code and a sentence in zh and en. " +
          "POST requests take an Idempotency-Key. Every list is { items, nextCursor } and pages by that opaque cursor; " +
          `with the header “${listsHeader}: old” it has its former shape, until 0.2.`,
        version,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "guiwei" },
          token: { type: "http", scheme: "bearer" },
        },
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
    transform: ({ schema, url, route }) => {
      const { right, endpoint } = route.config ?? {};
      const { response, ...asked } = (schema ?? {}) as { response?: unknown };
      const full = { ...asked, ...(response === undefined ? {} : { response: fullResponseOf(response) }) };
      const clean = withRefs(JSON.parse(JSON.stringify(full)) as Json, true) as JsonObject;
      if (!url.startsWith("/api/") && url !== "/health" && url !== "/metrics") clean.hide = true;
      // The HEAD beside every GET adds nothing.
      if (route.method === "HEAD") clean.hide = true;
      if (right !== undefined && right !== "public") {
        clean.security = [{ session: [] }, { token: [] }];
        clean.description = [
          clean.description,
          right === "signed-in" ? "Needs: signed in." : `Needs the right “${right}”.`,
        ]
          .filter(Boolean)
          .join(" ");
      } else clean.security = [];
      clean.tags ??= [url.split("/")[3] ?? "server"];
      if (endpoint) Object.assign(clean, toldOf(endpoint));
      clean.response = {
        ...((clean.response as JsonObject | undefined) ?? {}),
        ...(endpoint && isFile(endpoint.answer) ? { 200: fileResponse(endpoint.answer.file) } : {}),
        "4xx": {
          description: refusedWith(endpoint),
          content: { "application/problem+json": { schema: { $ref: "Problem#" } } },
        },
      };
      return { schema: clean as never, url };
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: false, uiConfig: { docExpansion: "none" } });
}

const nameOfEndpoint = new Map<Endpoint, string>(Object.entries(endpoints).map(([name, row]) => [row, name]));

/** The endpoint's name in the table, and the header that requests its list in the former shape. */
function toldOf(endpoint: Endpoint): JsonObject {
  const name = nameOfEndpoint.get(endpoint);
  const former = { type: "string", enum: ["old"], description: "The list in its former shape; goes with 0.2." };
  return {
    ...(name === undefined ? {} : { operationId: name }),
    ...(endpoint.formerList === undefined
      ? {}
      : { headers: { type: "object", properties: { [listsHeader]: former } } }),
  };
}

const fileResponse = (mediaType: string): JsonObject => ({
  description: "The file",
  content: { [mediaType]: { schema: { type: "string", format: "binary" } } },
});

function refusedWith(endpoint: Endpoint | undefined): string {
  const own = (endpoint?.refusals ?? []).map((code) => `${code} (${errorTable[code].status})`);
  return own.length === 0 ? "Refused" : `Refused; besides what any request may meet: ${own.join(", ")}`;
}

function isLiteral(option: Json): boolean {
  return option !== null && typeof option === "object" && !Array.isArray(option) && typeof option.const === "string";
}
