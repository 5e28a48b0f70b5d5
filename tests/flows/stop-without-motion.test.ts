/** STOP at the API while the motion process is dead: the answer is true, and the STOP is the first thing the next motion does. */
import { afterEach, expect, test } from "vitest";
import { aisleRoutes } from "../../src/aisles/routes.ts";
import { openContext } from "../support/context-server.ts";
import { motionRoom } from "../support/motion-room.ts";

/** Two databases and a listener, on a machine that does other things meanwhile. */
const slowMs = 180_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The room's areas behind HTTP; every answer is awaited while the room's time goes on. */
async function served() {
  const r = await motionRoom();
  const opened = await openContext("embedded", {
    features: [
      (app) => aisleRoutes(app, { context: r.context, areas: r.areas, onFailure: (error) => r.failures.push(error) }),
    ],
  });
  closing.push(() => opened.close());
  await opened.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = opened.app.server.address() as { port: number };
  const post = async (path: string, body?: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method: "POST",
      headers: { ...opened.as("operator"), ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: (await answer.json()) as { code?: string; id?: string } };
  };
  /** As motion starts: what its controllers hear, in order. */
  const heard: string[] = [];
  const port1 = r.devices.shelves.get("r1.1");
  if (!port1) throw new Error("no port");
  const { stop, send } = port1;
  port1.stop = () => {
    heard.push("stop");
    return stop.call(port1);
  };
  port1.send = (command, mayGoOn) => {
    heard.push(command.verb);
    return send.call(port1, command, mayGoOn);
  };
  return { ...r, post, heard };
}

const stopped = (r: Awaited<ReturnType<typeof served>>) =>
  r.rows.filter(({ kind, actor }) => kind === "area.stopped" && actor === "system:token-operator");

test.each(["/areas/r1.1/stop", "/stop"])(
  "%s: motion is back in time, so it is taken: 202, and it goes out first",
  { timeout: slowMs },
  async (path) => {
    const r = await served();
    await r.when(r.drive.request("person:1", "open", 2, null));
    await r.until("it rolls", () => r.drive.view().columns.some(({ motion }) => motion !== "still"));
    r.motion.kill();
    r.heard.length = 0;
    const answer = await r.when(r.post(path));
    expect(answer.status).toBe(202);
    expect(r.heard[0]).toBe("stop");
    await r.until("the carriages stand", () => r.drive.view().columns.every(({ motion }) => motion === "still"));
    await r.until("it is in the journal", () => stopped(r).length > 0);
    expect(stopped(r)).toHaveLength(1);
    expect(r.drive.view().interlocks).toContain("needsReset");
  },
);

test("motion does not come back: 503 and no word of success; when it does, it is the first thing that goes out", {
  timeout: slowMs,
}, async () => {
  const r = await served();
  let isBroken = true;
  const { start } = r.motion;
  r.motion.start = (areas) => (isBroken ? Promise.reject(new Error("no process")) : start(areas));
  r.motion.kill();
  const pressedAtMs = r.clock.nowMs();
  const answer = await r.when(r.post("/areas/r1.1/stop"));
  expect([answer.status, answer.body.code]).toEqual([503, "motion-away"]);
  // As long as STOP's own door lets somebody wait, and no longer.
  expect(r.clock.nowMs() - pressedAtMs).toBeLessThan(4_000);
  expect(stopped(r)).toHaveLength(0);
  r.heard.length = 0;
  // Whoever asks for a motion meanwhile does not go before it.
  const refused = await r.when(r.post("/areas/r1.1/open", { aisle: 2 }));
  expect([refused.status, refused.body.code]).toEqual([503, "motion-away"]);
  isBroken = false;
  await r.until("motion is back", () => r.heard.length > 0);
  expect(r.heard[0]).toBe("stop");
  await r.until("it is in the journal", () => stopped(r).length > 0);
  await r.pass(3_000);
  expect(stopped(r)).toHaveLength(1);
  expect(r.heard).not.toContain("open");
  expect(r.drive.view().interlocks).toContain("needsReset");
  expect((await r.when(r.post("/areas/r1.1/open", { aisle: 2 }))).body.code).toBe("area-needs-reset");
});
