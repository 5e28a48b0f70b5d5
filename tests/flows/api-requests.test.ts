import { Validator } from "@seriousme/openapi-schema-validator";
import { eq, sql } from "drizzle-orm";
import { Type } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aisleRoutes } from "../../src/aisles/routes.ts";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import { Refusal } from "../../src/contract/errors.ts";
import { relocationRoutes } from "../../src/relocation/routes.ts";
import { stocktakeRoutes } from "../../src/stocktake/routes.ts";
import { idempotencyKeys, sessions } from "../../src/storage/schema/people.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";

describe.each(testDatabases().filter(({ skipped }) => skipped === null))("requests ($engine)", ({ engine }) => {
  let context: TestContext;
  let made = 0;
  let release: () => void = () => {};
  beforeAll(async () => {
    context = await openContext(engine, {
      features: [
        (app) => {
          const body = Type.Object({ name: Type.String(), mode: Type.Optional(Type.String()) });
          app.post("/api/v1/things", { config: { right: "catalogue" }, schema: { body } }, async (request, reply) => {
            const no = ++made;
            const { mode } = request.body;
            if (mode === "slow") await new Promise<void>((resolve) => (release = resolve));
            if (mode === "refuse") throw new Refusal("slot-taken", { locationCode: "1", barcode: "2" });
            if (mode === "break") throw new Error("broken");
            if (mode === "away") throw Object.assign(new Error("gone"), { code: "CONNECTION_CLOSED" });
            if (mode === "nothing") return reply.code(204).send();
            return reply.code(201).header("location", `/api/v1/things/${no}`).send({ no });
          });
          app.post("/api/v1/things/stop", { config: { right: "stop" } }, async () => ({ no: ++made }));
        },
      ],
    });
  });
  afterAll(() => context.close());

  const post = (
    key: string | null,
    payload: object,
    role: "archivist" | "supervisor" = "archivist",
    url = "/api/v1/things",
  ) =>
    context.app.inject({
      method: "POST",
      url,
      headers: { ...context.as(role), ...(key === null ? {} : { "idempotency-key": key }) },
      payload,
    });

  test("the same key and the same request get the first answer, with its headers", async () => {
    const first = await post("k1", { name: "a" });
    const second = await post("k1", { name: "a" });
    expect(second.statusCode).toBe(201);
    expect(second.json()).toEqual(first.json());
    expect(second.headers.location).toBe(first.headers.location);
    expect(second.headers["idempotency-replayed"]).toBe("true");
    expect(second.headers["content-type"]).toBe(first.headers["content-type"]);
    expect((await post(null, { name: "a" })).json().no).not.toBe(first.json().no);
    expect((await post("k1", { name: "a" }, "supervisor")).json().no).not.toBe(first.json().no);
  });

  test("the same key with another request is refused", async () => {
    await post("k2", { name: "a" });
    expect((await post("k2", { name: "b" })).json()).toMatchObject({ status: 409, code: "idempotency-key-reused" });
  });

  test("of two at once one is made; the other is told to wait", async () => {
    const before = made;
    const first = post("k3", { name: "a", mode: "slow" });
    while (made === before) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await post("k3", { name: "a", mode: "slow" });
    expect(second.json()).toMatchObject({ status: 409, code: "idempotency-in-progress" });
    expect(second.headers["retry-after"]).toBe("1");
    release();
    expect((await first).statusCode).toBe(201);
    expect((await post("k3", { name: "a", mode: "slow" })).statusCode).toBe(201);
    expect(made).toBe(before + 1);
  });

  test("many at once make one", async () => {
    const before = made;
    await Promise.all(Array.from({ length: 12 }, () => post("k4", { name: "a" })));
    expect(made).toBe(before + 1);
  });

  test("a refusal frees the key, a failure inside is kept, nothing is nothing", async () => {
    const tries = async (mode: string) => {
      const before = made;
      const answers = [await post(`k-${mode}`, { name: "a", mode }), await post(`k-${mode}`, { name: "a", mode })];
      return { statuses: answers.map(({ statusCode }) => statusCode), made: made - before };
    };
    expect(await tries("refuse")).toEqual({ statuses: [409, 409], made: 2 });
    expect(await tries("break")).toEqual({ statuses: [500, 500], made: 1 });
    expect(await tries("nothing")).toEqual({ statuses: [204, 204], made: 1 });
  });

  test("where the outcome is not known, nothing is done again: the requester is told to look", async () => {
    const before = made;
    expect((await post("k5", { name: "a", mode: "away" })).json().code).toBe("database-away");
    expect((await post("k5", { name: "a", mode: "away" })).json().code).toBe("idempotency-in-progress");
    context.clock.advance(61_000);
    expect((await post("k5", { name: "a", mode: "away" })).json().code).toBe("idempotency-outcome-unknown");
    expect(made).toBe(before + 1);
  });

  test("STOP is never held back by a key", async () => {
    const stops = [];
    for (let i = 0; i < 3; i++) stops.push((await post("k6", {}, "archivist", "/api/v1/things/stop")).json().no);
    expect(new Set(stops).size).toBe(3);
  });

  test("after a day a key is forgotten", async () => {
    const first = (await post("k7", { name: "a" })).json().no;
    context.clock.advance(24 * 3_600_000 + 1);
    expect((await post("k7", { name: "a" })).json().no).not.toBe(first);
    // The sweep comes by every ten minutes.
    await new Promise((resolve) => setTimeout(resolve, 300));
    context.clock.advance(10 * 60_000);
    await expect
      .poll(() =>
        context.context.db.$count(
          idempotencyKeys,
          sql`${idempotencyKeys.createdAtMs} < ${context.clock.nowMs() - 86_400_000}`,
        ),
      )
      .toBe(0);
  });

  test("health: up with the database; rooms and devices as the site file has them", async () => {
    context.devices.push(
      { deviceId: "rd-101", kind: "reader", state: "down", sinceMs: 1, code: "device-timeout", detail: "no answer" },
      { deviceId: "shelf-1", kind: "shelf", state: "up", sinceMs: 1, code: null, detail: null },
    );
    const health = await context.app.inject("/health");
    expect(health.statusCode).toBe(200);
    expect(health.json()).toMatchObject({ status: "up", devices: { up: 1, degraded: 0, down: 1 } });
    const devices = (await context.app.inject({ url: "/api/v1/devices", headers: context.as("auditor") })).json();
    expect(devices.items[0]).toMatchObject({
      zh: expect.stringContaining("rd-101"),
      en: expect.stringContaining("rd-101"),
    });
    const rooms = (await context.app.inject({ url: "/api/v1/rooms", headers: context.as("auditor") })).json();
    const area = rooms.items[0].areas[0];
    expect(area).toMatchObject({ areaKey: "r1.1", bays: 4, layersWithoutAntenna: 0 });
    expect(area.columns.map((column: { no: number }) => column.no)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(area.columns[0]).toMatchObject({ leftSide: null, rightSide: "B" });
    expect(area.columns[1]).toMatchObject({ leftSide: "A", rightSide: "B" });
    expect(area.slotWidthsMm).toHaveLength(20);
    expect(rooms.items[0].areas[1].layersWithoutAntenna).toBe(2);
  });
});

describe("when the database goes away", () => {
  test("health says so, STOP of somebody known still passes, others are told to come back", async () => {
    const context = await openContext("embedded", {
      features: [
        (app) => void app.post("/api/v1/things/stop", { config: { right: "stop" } }, async () => ({ ok: true })),
      ],
    });
    const { headers } = await context.signedIn(["operator"]);
    expect((await context.app.inject({ url: "/api/v1/rooms", headers })).statusCode).toBe(200);
    context.clock.advance(10_000);
    const original = context.context.db.select.bind(context.context.db);
    const away = () => {
      throw Object.assign(new Error("gone"), { code: "ECONNREFUSED" });
    };
    context.context.db.select = away as never;
    const health = await context.app.inject("/health");
    expect(health.statusCode).toBe(503);
    expect(health.json()).toMatchObject({ status: "down", database: "down", revision: null });
    expect((await context.app.inject({ method: "POST", url: "/api/v1/things/stop", headers })).statusCode).toBe(200);
    const refused = await context.app.inject({ url: "/api/v1/rooms", headers });
    expect(refused.json()).toMatchObject({ status: 503, code: "database-away" });
    expect(refused.headers["retry-after"]).toBe("5");
    context.context.db.select = original;
    await context.close();
  });
});

describe("STOP", () => {
  test("does not wait for a database that is busy; who was signed out meanwhile is asked behind it", async () => {
    const context = await openContext("embedded", {
      features: [
        (app) => void app.post("/api/v1/things/stop", { config: { right: "stop" } }, async () => ({ ok: true })),
      ],
    });
    const { headers, person } = await context.signedIn(["operator"]);
    const stop = () => context.app.inject({ method: "POST", url: "/api/v1/things/stop", headers });
    expect((await stop()).statusCode).toBe(200);
    context.clock.advance(10_000);
    let letGo = () => {};
    let held: Promise<void> | undefined;
    await new Promise<void>((begun) => {
      held = context.context.db.transaction(() => {
        begun();
        return new Promise<void>((resolve) => (letGo = resolve));
      });
    });
    expect((await stop()).statusCode).toBe(200);
    letGo();
    await held;
    // As another gateway on the same database would end it.
    await context.context.db.delete(sessions).where(eq(sessions.personId, person.id));
    context.clock.advance(10_000);
    expect((await stop()).statusCode).toBe(200);
    await expect.poll(async () => (await stop()).statusCode).toBe(401);
    await context.close();
  });
});

describe("STOP after the clock was set", () => {
  test("passes for whoever was signed out by that alone, until they would have been anyway", async () => {
    const context = await openContext("embedded", {
      features: [
        (app) => void app.post("/api/v1/things/stop", { config: { right: "stop" } }, async () => ({ ok: true })),
      ],
    });
    const { headers } = await context.signedIn(["operator"]);
    const leaver = await context.signedIn(["operator"], "leaver");
    const stop = async (who = headers) =>
      (await context.app.inject({ method: "POST", url: "/api/v1/things/stop", headers: who })).statusCode;
    expect([await stop(), await stop(leaver.headers)]).toEqual([200, 200]);
    // A board without a battery finds its time server.
    context.clock.setWallBy(13 * 3_600_000);
    expect((await context.app.inject({ url: "/api/v1/rooms", headers })).statusCode).toBe(401);
    expect([await stop(), await stop()]).toEqual([200, 200]);
    context.people.sessions.ended({ personId: leaver.person.id, exceptHash: null });
    expect(await stop(leaver.headers)).toBe(401);
    context.clock.advance(12 * 3_600_000);
    expect(await stop()).toBe(401);
    await context.close();
  });
});

describe("the description of the API", () => {
  test("is valid OpenAPI 3.1; every operation names its right, its tag and its errors", async () => {
    const context = await openContext("embedded", {
      features: [
        (app, context) => catalogueRoutes(app, { context }),
        (app, context) => stocktakeRoutes(app, { context, runner: {} as never, jobs: {} as never }),
        (app, context) => relocationRoutes(app, { context } as never),
        (app, context) => aisleRoutes(app, { context, areas: new Map() } as never),
      ],
    });
    const api = (await context.app.inject("/docs/json")).json();
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(api));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe("3.1");
    const names = Object.keys(api.components.schemas);
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(names).toEqual(expect.arrayContaining(["AreaView", "BoxDetail", "CommandView", "Person", "StocktakeView"]));
    // What the contract names is referred to, not written out again.
    expect(api.components.schemas.BoxDetail.properties.records.items.$ref).toBe("#/components/schemas/Record");
    const answer = api.paths["/api/v1/boxes/{id}"].get.responses["200"].content["application/json"].schema;
    expect(answer).toEqual({ $ref: "#/components/schemas/BoxDetail" });
    const paths = Object.entries<Record<string, { security: object[]; responses: object; tags: string[] }>>(api.paths);
    expect(paths.length).toBeGreaterThan(30);
    for (const [path, operations] of paths) {
      expect(path).toMatch(/^\/(api\/v1\/|health|metrics)/);
      for (const [method, operation] of Object.entries(operations)) {
        expect(operation.security, `${method} ${path}`).toBeDefined();
        expect(Object.keys(operation.responses), `${method} ${path}`).toContain("4XX");
        expect(operation.tags?.length, `${method} ${path}`).toBe(1);
      }
    }
    const page = await context.app.inject("/docs");
    expect(page.body).toMatch(/swagger-ui/);
    // Nothing in the page needs a script that its policy forbids.
    expect(page.body).not.toMatch(/<script(?![^>]*src=)[^>]*>[^<]*\S/);
    await context.close();
  });
});
