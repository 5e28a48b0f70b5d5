import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import { memoryFactLog } from "./fact-log.ts";
import { factWindow } from "./fact-window.ts";
import type { Fact, FactBody } from "./messages.ts";

const body: FactBody = { kind: "progress", commandId: "c1", state: "sent", wireId: 1 };

it("facts of a night without a database come out of the log in order, however many", () => {
  const kept: Fact[] = [];
  const log = memoryFactLog("a", kept);
  const sent: number[] = [];
  let most = 0;
  const window = factWindow({
    clock: virtualClock(),
    log: {
      ...log,
      after(id) {
        const page = log.after(id);
        most = Math.max(most, page?.length ?? 0);
        return page;
      },
    },
    heldUntilMs: () => 0,
    send: (facts) => sent.push(...facts.map(({ id }) => id)),
  });
  const count = 150_000;
  for (let i = 0; i < count; i++) window.keep("r1.1", body);
  for (let before = -1; sent.length !== before; ) {
    before = sent.length;
    window.took(sent.at(-1) ?? 0);
    log.stored(sent.at(-1) ?? 0);
  }
  expect(sent).toHaveLength(count);
  expect(sent.every((id, at) => id === at + 1)).toBe(true);
  expect(most).toBeLessThan(1_000);
  // New facts are sent by themselves again.
  window.keep("r1.1", body);
  expect(sent.at(-1)).toBe(count + 1);
});

it("a log that cannot be read for a while loses nothing: it is read when it can be", () => {
  const log = memoryFactLog("a");
  let isReadable = false;
  const sent: number[] = [];
  const window = factWindow({
    clock: virtualClock(),
    log: { ...log, after: (id) => (isReadable ? log.after(id) : null) },
    heldUntilMs: () => 0,
    send: (facts) => sent.push(...facts.map(({ id }) => id)),
  });
  for (let i = 0; i < 10_100; i++) window.keep("r1.1", body);
  while (sent.length < 10_064) {
    const before = sent.length;
    window.took(sent.at(-1) ?? 0);
    if (sent.length === before) break;
  }
  window.took(sent.at(-1) ?? 0);
  const inMemory = sent.length;
  isReadable = true;
  for (let i = 0; i < 100; i++) window.took(sent.at(-1) ?? 0);
  expect(sent.length).toBe(10_100);
  expect(inMemory).toBeLessThan(10_100);
  expect(sent.every((id, at) => id === at + 1)).toBe(true);
});
