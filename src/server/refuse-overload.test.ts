import fastify from "fastify";
import { expect, test } from "vitest";
import { systemClock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { App } from "../http/route.ts";
import { refuseOverload } from "./refuse-overload.ts";

/** The app has run for `startedMs`; the loop is held for `holdMs` at each look. */
async function statusesAfterHold(startedMs: number): Promise<number[]> {
  const app = fastify() as unknown as App;
  const clock = systemClock();
  let aheadMs = 0;
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof Refusal && error.code === "overloaded" ? 503 : 500).send({}),
  );
  refuseOverload(app, { ...clock, monoMs: () => clock.monoMs() + aheadMs }, 300);
  for (const right of ["stop", "public", "look"] as const)
    app.get(`/${right}`, { config: { right } }, async () => ({ ok: true }));
  await app.listen({ host: "127.0.0.1", port: 0 });
  aheadMs = startedMs;
  const untilMs = performance.now() + 2_500;
  while (performance.now() < untilMs) {
    const heldUntilMs = performance.now() + 700;
    while (performance.now() < heldUntilMs);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const statuses: number[] = [];
  for (const right of ["stop", "public", "look"]) statuses.push((await app.inject(`/${right}`)).statusCode);
  await app.close();
  return statuses;
}

test("a loop that stalls refuses what is not urgent, and never STOP", async () => {
  expect(await statusesAfterHold(60_000)).toEqual([200, 200, 503]);
});

test("what stalls just after the start refuses nobody", async () => {
  expect(await statusesAfterHold(0)).toEqual([200, 200, 200]);
});

test("asks for no file: where none can be opened it goes on", async () => {
  const { memoryUsage } = process;
  process.memoryUsage = Object.assign(
    () => {
      throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
    },
    { rss: memoryUsage.rss },
  );
  try {
    const app = fastify() as unknown as App;
    refuseOverload(app, systemClock(), 3_000);
    app.get("/look", { config: { right: "look" } }, async () => ({ ok: true }));
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect((await app.inject("/look")).statusCode).toBe(200);
    await app.close();
  } finally {
    process.memoryUsage = memoryUsage;
  }
});
