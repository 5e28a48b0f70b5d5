import { expect, test } from "vitest";
import { type Alarm, addAlarm, alarmsKeptMax } from "./alarms.ts";

const alarm = (en: string, isDanger: boolean, atMs = 1): Alarm => ({
  areaKey: "r1",
  code: "device-alarm",
  zh: en,
  en,
  atMs,
  isDanger,
});

test("another device's alarm in the same room does not replace a fire; the same again does", () => {
  let list = addAlarm([], alarm("shelf-2: fire", true));
  list = addAlarm(list, alarm("rd-209: water", true));
  list = addAlarm(list, alarm("shelf-2: fire", true, 2));
  expect(list.map(({ en, atMs }) => [en, atMs])).toEqual([
    ["shelf-2: fire", 2],
    ["rd-209: water", 1],
  ]);
});

test("no number of warnings takes a fire off the screen, or from its top", () => {
  let list = addAlarm([], alarm("shelf-2: fire", true));
  for (let i = 0; i < 200; i++) list = addAlarm(list, alarm(`rd-209: ${i}`, false));
  expect(list).toHaveLength(alarmsKeptMax);
  expect(list[0]?.en).toBe("shelf-2: fire");
});

test("what says no rank, as motion's own alarms, is as urgent as danger", () => {
  const { isDanger: _, ...motion } = alarm("stopped", true);
  expect(addAlarm([alarm("fire", true)], motion)[0]).toBe(motion);
});
