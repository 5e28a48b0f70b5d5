import { fastify } from "fastify";
import { Type } from "typebox";
import { expect, test } from "vitest";
import type { App } from "../http/route.ts";
import { sliceLongAnswers } from "./sliced-answers.ts";

const move = Type.Object({ no: Type.Integer(), name: Type.String(), why: Type.Union([Type.String(), Type.Null()]) });
const detail = Type.Object({ id: Type.String(), moves: Type.Array(move), after: Type.Integer() });
const moves = (count: number) =>
  Array.from({ length: count }, (_, no) => ({ no, name: `"第${no}条", [] {}`, why: no % 2 ? null : "x", secret: "s" }));

async function serverOf(isSliced: boolean, count: number): Promise<App> {
  const app = fastify() as unknown as App;
  if (isSliced) sliceLongAnswers(app);
  app.get("/detail", { schema: { response: { 200: detail } } }, async () => ({
    ...{ id: "here: []", moves: moves(count), after: 7, passwordHash: "never" },
  }));
  app.get("/list", { schema: { response: { 200: Type.Array(move) } } }, async () => moves(count));
  app.get("/bare", async () => ({ moves: moves(count) }));
  app.get("/short", async () => "");
  return app;
}

test.each(["/detail", "/list", "/bare"])(
  "%s says the same in slices as whole, and no more than its schema names",
  async (url) => {
    const [sliced, whole] = [await serverOf(true, 5_000), await serverOf(false, 5_000)];
    const [answer, expected] = [await sliced.inject(url), await whole.inject(url)];
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(expected.body);
    expect(answer.headers["content-type"]).toBe(expected.headers["content-type"]);
    expect(answer.body.includes("never")).toBe(false);
  },
);

test("others are answered while a long list goes out", async () => {
  const app = await serverOf(true, 100_000);
  await app.inject("/short");
  const order: string[] = [];
  const long = app.inject("/detail").then(() => order.push("long"));
  // The answer is under way: its list is being written.
  await new Promise((resolve) => setImmediate(resolve));
  await app.inject("/short").then(() => order.push("short"));
  await long;
  expect(order).toEqual(["short", "long"]);
});
