import { expect, test } from "vitest";
import { runFor } from "../../tests/support/run-for.ts";
import { virtualClock } from "../clock/virtual-clock.ts";
import { openStops, takenMsMax } from "./open-stops.ts";

/** A motion that answers, is held, or is away. */
function area() {
  const clock = virtualClock();
  const sent: string[] = [];
  let is: "there" | "held" | "away" = "there";
  let ids = 0;
  const waiting: ((answer: null) => void)[] = [];
  const stops = openStops({
    clock,
    newId: () => `s${++ids}`,
    order(order, _waits, onTaken) {
      if (order.kind === "stop") sent.push(order.actor);
      if (is === "away") return Promise.resolve(null);
      if (is === "there") onTaken();
      // Its decisions may take longer to arrive; nobody waits for that.
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  const told: [string, boolean][] = [];
  return {
    ...{ clock, sent, told, stops },
    press: (actor: string) => void stops.stop(actor as never).then((isTaken) => told.push([actor, isTaken])),
    is(now: typeof is) {
      is = now;
      if (now === "away") for (const end of waiting.splice(0)) end(null);
    },
    pass: (ms: number) => runFor(clock, ms),
  };
}

test("a motion that took it is all that is waited for", async () => {
  const a = area();
  a.press("person:1");
  await a.pass(0);
  expect(a.told).toEqual([["person:1", true]]);
  expect(a.stops.isAnyOpen()).toBe(false);
});

test("a motion that is held: it is told so after a door's time, and the STOP stays for the next one", async () => {
  const a = area();
  a.is("held");
  a.press("person:1");
  expect(a.sent).toEqual(["person:1"]);
  await a.pass(takenMsMax - 100);
  expect(a.told).toEqual([]);
  await a.pass(200);
  expect(a.told).toEqual([["person:1", false]]);
  a.is("away");
  a.is("there");
  a.stops.again();
  expect(a.sent).toEqual(["person:1", "person:1"]);
  await a.pass(0);
  expect(a.stops.isAnyOpen()).toBe(false);
});

test("a motion that is away and comes back in time took it", async () => {
  const a = area();
  a.is("away");
  a.press("person:1");
  await a.pass(1_000);
  a.is("there");
  a.stops.again();
  await a.pass(0);
  expect(a.told).toEqual([["person:1", true]]);
});

test("where none will come nobody is told that it was done, and nobody waits", async () => {
  const a = area();
  a.is("away");
  a.press("person:1");
  await a.pass(100);
  a.stops.giveUp();
  a.press("person:2");
  await a.pass(0);
  expect(a.told).toEqual([
    ["person:1", false],
    ["person:2", false],
  ]);
});
