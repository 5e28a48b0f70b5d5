import { afterAll, beforeAll, expect, test } from "vitest";
import { openContext, type TestContext } from "../support/context-server.ts";

let context: TestContext;
beforeAll(async () => {
  context = await openContext("embedded");
});
afterAll(() => context.close());

const ask = (url: string, headers: Record<string, string> = {}) =>
  context.app.inject({ url, headers: { ...context.as("administrator"), ...headers } });
const former = { "guiwei-lists": "old" };

test("a list is its items and a cursor; who asks for its former shape gets that, whole and by the same rules", async () => {
  const now = await ask("/api/v1/tokens");
  expect(now.json()).toEqual({ items: expect.any(Array), nextCursor: null });
  expect(now.json().items.length).toBeGreaterThan(1);
  expect(now.headers.deprecation).toBeUndefined();
  const before = await ask("/api/v1/tokens", former);
  expect(before.statusCode).toBe(200);
  expect(before.headers["content-type"]).toMatch(/^application\/json/);
  expect(before.headers.deprecation).toMatch(/^@\d+$/);
  expect(before.json()).toEqual(now.json().items);
  // What the row's schema leaves out stays out.
  expect(before.body).not.toContain("Hash");
});

test("what pages under a name of its own does so as before, cursor and all", async () => {
  for (let i = 0; i < 3; i++) await context.signedIn(["auditor"], `reader-${i}`);
  const now = (await ask("/api/v1/people?limit=2")).json();
  const before = (await ask("/api/v1/people?limit=2", former)).json();
  expect(before).toEqual({ rows: now.items, nextCursor: now.nextCursor });
  const next = (await ask(`/api/v1/people?limit=2&cursor=${before.nextCursor}`, former)).json();
  expect(next.rows[0].id > before.rows[1].id).toBe(true);
  const journal = (await ask("/api/v1/journal?chain=house", former)).json();
  expect(journal).toEqual({ rows: expect.any(Array), head: expect.any(Number), nextCursor: null });
});

test("what is no list, a refusal, and a header that says something else are as they always are", async () => {
  const lead = await ask("/api/v1/lead", former);
  expect(lead.json()).toMatchObject({ role: "alone" });
  expect(lead.headers.deprecation).toBeUndefined();
  expect((await ask("/api/v1/people?cursor=abc", former)).json()).toMatchObject({ code: "cursor-invalid" });
  expect((await ask("/api/v1/rooms", { "guiwei-lists": "new" })).json()).toHaveProperty("items");
});
