import { Type } from "typebox";
import { beforeAll, expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import { pageQuery } from "../../src/contract/endpoints/params.ts";
import { Refusal } from "../../src/contract/errors.ts";
import { type App, page, pageFrom } from "../../src/http/route.ts";
import type { Known } from "../../src/people/ask-credentials.ts";
import { buildServer, defaultServerSettings } from "../../src/server/build-server.ts";

const none = { person: null, sessionHash: null, tokenId: null };
const supervisor: Known = { actor: "person:1", roles: ["supervisor"], ...none };
const auditor: Known = { actor: "person:2", roles: ["auditor"], ...none };
const context = {
  newId: () => "id-1",
  clock: { nowMs: () => 0, monoMs: () => 0, after: () => () => {} },
  db: {},
} as unknown as Context;

let app: App;
beforeAll(async () => {
  app = await buildServer({
    context,
    sessions: {
      async sweep() {},
      recall: () => null,
      async whoIs({ authorization }) {
        return authorization === "Bearer s" ? supervisor : authorization === "Bearer a" ? auditor : null;
      },
    },
    settings: { ...defaultServerSettings, version: "0.0.0", webRoot: "/nowhere" },
    features: [
      (app) => {
        const body = Type.Object(
          {
            name: Type.String({ minLength: 1 }),
            count: Type.Integer(),
            kind: Type.Optional(Type.Union([Type.Literal("a"), Type.Literal("b")])),
          },
          { additionalProperties: false },
        );
        app.post("/api/v1/things", { config: { right: "release" }, schema: { body } }, async (request) => request.body);
        app.get("/api/v1/breaks", { config: { right: "public" } }, async () => {
          throw new Error("secret of the inside");
        });
        app.get("/api/v1/taken", { config: { right: "public" } }, async () => {
          throw Object.assign(new Error("q"), { cause: { code: "23505", constraint_name: "boxes_barcode" } });
        });
        app.get("/api/v1/unstorable", { config: { right: "public" } }, async () => {
          throw Object.assign(new Error("q"), { cause: { code: "22021" } });
        });
        app.get("/api/v1/refuses", { config: { right: "public" } }, async () => {
          throw new Refusal("area-inhibited");
        });
        app.get(
          "/api/v1/numbers",
          { config: { right: "public" }, schema: { querystring: Type.Object(pageQuery) } },
          async (request) => {
            const { after, limit } = pageFrom(request.query);
            const from = Number(after?.[0] ?? 0);
            const rows = Array.from({ length: 10 }, (_, i) => i + 1).filter((n) => n > from);
            return page(rows.slice(0, limit + 1), limit, (n) => [n]);
          },
        );
      },
    ],
  });
  await app.ready();
});

const as = (token: string) => ({ authorization: `Bearer ${token}` });

test("a route without a right stops the start", async () => {
  await expect(
    buildServer({
      context,
      sessions: { whoIs: async () => null, recall: () => null, sweep: async () => {} },
      settings: { ...defaultServerSettings, version: "0", webRoot: "/nowhere" },
      features: [(app) => void app.get("/api/v1/open", async () => "x")],
    }),
  ).rejects.toThrow("names no right");
});

test("nobody and the wrong role are refused before the body is looked at", async () => {
  const nobody = await app.inject({ method: "POST", url: "/api/v1/things", payload: "{" });
  expect(nobody.statusCode).toBe(401);
  expect(nobody.json().code).toBe("not-signed-in");
  const wrong = await app.inject({ method: "POST", url: "/api/v1/things", headers: as("a"), payload: { name: 1 } });
  expect(wrong.statusCode).toBe(403);
});

test("faults of a body are named in both languages; values are not coerced", async () => {
  const answer = await app.inject({
    method: "POST",
    url: "/api/v1/things",
    headers: as("s"),
    payload: { name: "", count: "5", kind: "c", extra: 1 },
  });
  expect(answer.statusCode).toBe(400);
  expect(answer.headers["content-type"]).toMatch("application/problem+json");
  const problem = answer.json();
  expect(problem.problems.map((fault: { path: string }) => fault.path).sort()).toEqual([
    "/count",
    "/extra",
    "/kind",
    "/name",
  ]);
  expect(problem.problems.find((fault: { path: string }) => fault.path === "/count")).toMatchObject({
    zh: expect.stringMatching(/integer/),
    en: "must be integer",
  });
});

test("errors: refusal, constraint, unknown", async () => {
  expect((await app.inject("/api/v1/refuses")).json()).toMatchObject({
    status: 409,
    code: "area-inhibited",
    title: /本区/,
  });
  const inEnglish = await app.inject({ url: "/api/v1/refuses", headers: { "accept-language": "en-GB, zh;q=0.4" } });
  expect(inEnglish.json().title).toMatch("Motion is inhibited");
  expect((await app.inject("/api/v1/taken")).json()).toMatchObject({ status: 409, code: "box-barcode-taken" });
  // A text with U+0000 is the sender's fault, not ours.
  expect((await app.inject("/api/v1/unstorable")).json()).toMatchObject({ status: 400, code: "value-unstorable" });
  const broken = await app.inject("/api/v1/breaks");
  expect(broken.statusCode).toBe(500);
  expect(broken.json()).toMatchObject({ code: "internal", en: expect.stringContaining("id-1") });
  expect(broken.body).not.toMatch("secret");
});

test("what is not there is a problem too; a page of the console is its index", async () => {
  expect((await app.inject("/api/v1/nothing")).json()).toMatchObject({ status: 404, code: "not-found" });
  const page = await app.inject({ url: "/boxes/1", headers: { accept: "text/html" } });
  expect(page.statusCode).toBe(503);
  expect(page.body).toMatch("控制台尚未构建");
});

test("lists page by cursor; a forged cursor is refused", async () => {
  const first = (await app.inject("/api/v1/numbers?limit=6")).json();
  expect(first.items).toEqual([1, 2, 3, 4, 5, 6]);
  const second = (await app.inject(`/api/v1/numbers?limit=6&cursor=${first.nextCursor}`)).json();
  expect(second).toEqual({ items: [7, 8, 9, 10], nextCursor: null });
  expect((await app.inject("/api/v1/numbers?cursor=abc")).json().code).toBe("cursor-invalid");
  expect((await app.inject("/api/v1/numbers?limit=501")).statusCode).toBe(400);
});

test("the description is OpenAPI 3.1 with names of its own", async () => {
  const answer = await app.inject("/docs/json");
  const api = answer.json();
  expect(api.openapi).toBe("3.1.0");
  expect(Object.keys(api.components.schemas)).toEqual(expect.arrayContaining(["Box", "Problem", "StartStocktakeBody"]));
  expect(Object.keys(api.components.schemas).some((name) => name.startsWith("def-"))).toBe(false);
});
