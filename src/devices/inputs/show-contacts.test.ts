import { expect, test } from "vitest";
import { virtualClock } from "../../clock/virtual-clock.ts";
import { contactShow } from "./show-contacts.ts";

test("a change is told at once, many in a second twice a second, the last one always, and nothing twice", () => {
  const clock = virtualClock(0);
  let newest = "";
  const told: string[] = [];
  const contacts = contactShow(clock, () => told.push(newest));
  const show = (summary: string) => {
    newest = summary;
    contacts.show(summary);
  };
  show("off");
  expect(told).toEqual(["off"]);
  for (let i = 0; i < 100; i++) {
    clock.advance(10);
    show(i % 2 === 0 ? "on" : "off");
  }
  show("on");
  clock.advance(2000);
  expect(told.length).toBeLessThanOrEqual(5);
  expect(told.at(-1)).toBe("on");
  const before = told.length;
  for (let i = 0; i < 10; i++) {
    clock.advance(1000);
    show("on");
  }
  expect(told).toHaveLength(before);
  contacts.close();
});
