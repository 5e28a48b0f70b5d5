import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { systemClock } from "../clock/clock.ts";
import type { StopWish } from "./messages.ts";
import { serveStops } from "./serve-stops.ts";
import { MotionEnds } from "./stop-lines.ts";
import { stopSocketOf } from "./stop-socket.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});
function folderOf(...below: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-stops-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const inner = join(folder, ...below);
  mkdirSync(inner, { recursive: true });
  return inner;
}

function listener(path: string, stop: (wish: StopWish) => number | null = () => 2) {
  const failures: unknown[] = [];
  const wishes: StopWish[] = [];
  const served = serveStops({
    path,
    clock: systemClock(),
    stop(wish) {
      wishes.push(wish);
      return stop(wish);
    },
    onFailure: (error) => failures.push(error),
  });
  closing.push(served.close);
  return { failures, wishes };
}

/** Resolves with all that comes back until the socket is closed, or until this many lines came. */
function say(path: string, text: string, lines = 1): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const socket = connect(path, () => socket.write(text));
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
    socket.on("data", (bytes) => {
      heard += bytes.toString();
      if (heard.split("\n").length > lines) socket.end();
    });
  });
}

async function untilThere(path: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const isThere = await say(path, "{}\n").then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nobody listens at ${path}`);
}

const line = (id: number, more = {}) =>
  `${JSON.stringify({ id, areaKey: null, actor: "person:1", press: "press-a", askedAtMs: 5, ...more })}\n`;

it("feeds what comes and says to how many areas, also in pieces, for nobody but its own user", async () => {
  const path = stopSocketOf(folderOf());
  const { wishes } = listener(path, ({ areaKey }) => (areaKey === "r9.9" ? null : 2));
  await untilThere(path);
  wishes.length = 0;
  expect(await say(path, line(7) + line(8, { areaKey: "r9.9" }), 2)).toBe(
    '{"id":7,"areas":2}\n{"id":8,"areas":null}\n',
  );
  expect(wishes[0]).toEqual({
    ...{ areaKey: null, actor: "person:1" },
    press: { id: "press-a", door: "stop-door", askedAtMs: 5 },
  });
  if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("a folder that lies deeper than a socket's name may be long works as well", async () => {
  const folder = folderOf("a".repeat(100), "b".repeat(100));
  const path = stopSocketOf(folder);
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
  expect(stopSocketOf(`${folder}2`)).not.toBe(path);
  closing.push(() => rmSync(dirname(path), { recursive: true, force: true }));
  listener(path);
  await untilThere(path);
  if (process.platform !== "win32") expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(stopSocketOf(folder, "win32")).toMatch(/^\\\\\.\\pipe\\guiwei-stop-[0-9a-f]{16}$/);
});

it("a socket that a killed motion left behind is no obstacle", async () => {
  const path = stopSocketOf(folderOf());
  writeFileSync(path, "");
  const { failures } = listener(path);
  await untilThere(path);
  expect(failures).toEqual([]);
});

it("a folder that cannot be used is told once and tried again", async () => {
  const folder = folderOf();
  const path = join(folder, "not-yet", "stop.sock");
  writeFileSync(join(folder, "not-yet"), "");
  const { failures } = listener(path);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(failures).toHaveLength(1);
  rmSync(join(folder, "not-yet"));
  await untilThere(path);
});

it.each(["nonsense\n", "null\n", "x".repeat(10_000)])(
  "what is no STOP ends that connection and nothing else",
  async (text) => {
    const path = stopSocketOf(folderOf());
    listener(path);
    await untilThere(path);
    expect(await say(path, text)).toBe("");
    expect(await say(path, line(1))).toBe('{"id":1,"areas":2}\n');
  },
);

it("a motion that ends answers nothing, so that the door asks the next one", async () => {
  const path = stopSocketOf(folderOf());
  listener(path, () => {
    throw new Error("motion ends");
  });
  await untilThere(path);
  expect(await say(path, line(1))).toBe("");
});

it("what breaks while a STOP is fed is told and closes the line; a motion that ends is no failure", async () => {
  for (const [error, told] of [
    [new TypeError("the machine is broken"), 1],
    [new MotionEnds(), 0],
  ] as const) {
    const path = stopSocketOf(folderOf());
    const { failures, wishes } = listener(path, () => {
      throw error;
    });
    await vi.waitFor(() => statSync(path), { timeout: 10_000 });
    const line = { id: 1, areaKey: null, actor: "person:1", press: null, askedAtMs: 0 };
    expect(await say(path, `${JSON.stringify(line)}\n`)).toBe("");
    expect([wishes.length, failures.length]).toEqual([1, told]);
  }
});
