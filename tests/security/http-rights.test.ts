import { SerializerSelector } from "@fastify/fast-json-stringify-compiler";
import type { FastifySchema } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aisleRoutes } from "../../src/aisles/routes.ts";
import { backupRoutes } from "../../src/backups/routes.ts";
import { inlineLearner } from "../../src/calibration/learner.ts";
import { calibrationRoutes } from "../../src/calibration/routes.ts";
import { importRoutes } from "../../src/catalogue/import/routes.ts";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import type { Endpoint } from "../../src/contract/endpoints/endpoint.ts";
import { endpoints } from "../../src/contract/endpoints/endpoints.ts";
import { Refusal } from "../../src/contract/errors.ts";
import { mayDo, type RequiredRight, type Right, type Role, roles } from "../../src/contract/roles.ts";
import { demoRoutes } from "../../src/demo/routes.ts";
import { locateJobs } from "../../src/locate/locate-jobs.ts";
import { locateRoutes } from "../../src/locate/routes.ts";
import { lookupRoutes } from "../../src/lookup/routes.ts";
import { relocationRoutes } from "../../src/relocation/routes.ts";
import { replayRoutes } from "../../src/replay/routes.ts";
import { validatorCompiler } from "../../src/server/validation.ts";
import { deltaRoutes } from "../../src/stocktake/delta/routes.ts";
import { stocktakeRoutes } from "../../src/stocktake/routes.ts";
import { alarmRoutes } from "../../src/watch/alarm-routes.ts";
import { jobRoutes } from "../../src/watch/job-routes.ts";
import { openContext, type TestContext } from "../support/context-server.ts";

interface Registered {
  method: string;
  url: string;
  right: RequiredRight;
}

const nothing = async () => {
  throw new Refusal("not-found", { what: "none" });
};
const refuseAll = { ask: nothing, acknowledge: nothing };

const noBackups = { begin: nothing, view: nothing, list: async () => [], standing: nothing };

const silent = { onProgress: () => {}, onFailure: () => {} };

describe("rights", () => {
  let context: TestContext;
  const registered: Registered[] = [];
  const schemas: [route: string, schema: FastifySchema][] = [];

  beforeAll(async () => {
    context = await openContext("embedded", {
      onRoute: (method, url, right) => registered.push({ method, url, right }),
      // Only registered: a request of this test never gets as far as what they are handed.
      features: [
        (app) => {
          app.addHook("onRoute", ({ url, schema }) => void (schema && schemas.push([url, schema])));
        },
        (app, context) => catalogueRoutes(app, { context }),
        (app, context) => lookupRoutes(app, { context }),
        (app, context) => stocktakeRoutes(app, { context, runner: {} as never, jobs: {} as never }),
        (app) => deltaRoutes(app, { deltas: refuseAll }),
        (app, context) => calibrationRoutes(app, { context, learner: inlineLearner(context.layout) }),
        (app, context) => locateRoutes(app, { locateJobs: locateJobs({ context, readers: new Map(), ...silent }) }),
        (app, context) => backupRoutes(app, { context, backups: noBackups as never, folder: "/nowhere" }),
        (app, context) => replayRoutes(app, { context, jobs: {} as never }),
        (app, context) => relocationRoutes(app, { context, readers: new Map() }),
        (app) => alarmRoutes(app, { alarms: { clear: nothing, view: nothing } }),
        (app) => jobRoutes(app, { jobs: {} as never }),
        (app, context) => importRoutes(app, { context, desk: {} as never, jobs: {} as never }),
        (app) => demoRoutes(app, { controlUrl: "http://127.0.0.1:1", examples: [] }),
        (app, context) => aisleRoutes(app, { context, areas: new Map() as never, onFailure: () => {} }),
      ],
    });
  });
  afterAll(() => context.close());

  // The path's parameters name nothing that exists: a request that is let through meets 400 or 404, never 401 or 403.
  const ask = ({ method, url }: Registered, headers: Record<string, string>) =>
    context.app.inject({ method: method as "GET", url: url.replaceAll(/:\w+/g, "none").replace("*", "none"), headers });

  // A route's code is made when it is first asked: a schema that cannot become code must not wait for a user.
  test("every route's checks and answers compile", () => {
    const check = validatorCompiler();
    const serialise = SerializerSelector()({}, {});
    expect(schemas.length).toBeGreaterThan(60);
    for (const [url, { response, ...parts }] of schemas) {
      for (const httpPart of ["body", "querystring", "params"] as const) {
        const schema = parts[httpPart];
        if (schema)
          expect(
            () => (check({ schema, httpPart, method: "", url }) as (value: unknown) => unknown)({}),
            url,
          ).not.toThrow();
      }
      for (const schema of Object.values((response ?? {}) as Record<string, object>))
        expect(() => serialise({ schema, method: "", url, httpStatus: "200" }), url).not.toThrow();
    }
  });

  test("the API is the table: no row that nobody mounts, nothing mounted beside it but pages and documentation", () => {
    const beside = new Set(["/", "/assets/*", "/favicon.ico", "/favicon.svg", "/manifest.webmanifest", "/robots.txt"]);
    const mounted = registered
      .filter(({ method, url }) => method !== "HEAD" && !beside.has(url) && !/^\/docs(\/|$)/.test(url))
      .map(({ method, url, right }) => `${method} ${url}: ${right}`);
    const rows = Object.values(endpoints).map(({ method, path, right }) => `${method} ${path}: ${right}`);
    expect(rows.length).toBeGreaterThan(80);
    expect(mounted.sort()).toEqual(rows.sort());
  });

  test("a body that may be left out may be left out", async () => {
    const rows = Object.values<Endpoint>(endpoints).filter(({ body }) => body && Object.hasOwn(body, "~optional"));
    expect(rows.length).toBeGreaterThan(5);
    for (const { method, path, right } of rows) {
      const role = roles.find((one) => mayDo([one], right as Right)) as Role;
      const answer = await ask({ method, url: path, right }, context.as(role));
      expect(answer.statusCode, `${method} ${path}: ${answer.body}`).not.toBe(400);
    }
  });

  test("what strangers may ask for", () => {
    // What strangers may ask for is short, and every addition to it is seen here.
    const open = registered.filter(({ right, method }) => right === "public" && method !== "HEAD");
    const names = open.map(({ method, url }) => `${method} ${url}`).filter((name) => !name.includes(" /docs"));
    expect(names.sort()).toEqual([
      "DELETE /api/v1/session",
      "GET /",
      "GET /api/v1/session",
      "GET /assets/*",
      "GET /favicon.ico",
      "GET /favicon.svg",
      "GET /health",
      "GET /manifest.webmanifest",
      "GET /metrics",
      "GET /robots.txt",
      "POST /api/v1/session",
      "POST /api/v1/session/demo",
      "POST /api/v1/set-up",
    ]);
  });

  test("nobody signed in gets nothing but that", async () => {
    for (const route of registered.filter(({ right }) => right !== "public")) {
      const answer = await ask(route, {});
      expect(answer.statusCode, `${route.method} ${route.url}`).toBe(401);
    }
  });

  test("each role does what the table says and nothing else", async () => {
    for (const route of registered.filter(({ right }) => right !== "public" && right !== "signed-in")) {
      for (const role of roles) {
        const answer = await ask(route, context.as(role));
        const isAllowed = mayDo([role], route.right as Right);
        const name = `${route.method} ${route.url} as ${role}: ${answer.statusCode}`;
        expect(answer.statusCode !== 401 && answer.statusCode !== 403, name).toBe(isAllowed);
      }
    }
  });

  test("the door's journal is for auditors", async () => {
    for (const url of [
      "/api/v1/journal?chain=house",
      "/api/v1/journal?subject=person:1",
      "/api/v1/journal?subject=system:1",
    ]) {
      expect((await context.app.inject({ url, headers: context.as("archivist") })).statusCode, url).toBe(403);
      expect((await context.app.inject({ url, headers: context.as("auditor") })).statusCode, url).toBe(200);
    }
    const room = await context.app.inject({ url: "/api/v1/journal?chain=room:r1", headers: context.as("archivist") });
    expect(room.statusCode).toBe(200);
  });
});
