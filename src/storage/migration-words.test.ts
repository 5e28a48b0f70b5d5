import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import { tellingProgress } from "./migration-words.ts";

it("names each migration at once, then its rows once a second, and its end", async () => {
  const clock = virtualClock(5_000);
  const lines: string[] = [];
  const tell = tellingProgress(clock, (line) => lines.push(line));
  tell({ name: "0001_a", no: 2, stepsTotal: 3, rowsDone: 0, rowsTotal: 0 });
  for (let rowsDone = 100; rowsDone <= 2_500; rowsDone += 100) {
    tell({ name: "0002_b", no: 3, stepsTotal: 3, rowsDone, rowsTotal: 2_500 });
    await clock.advance(100);
  }
  expect(lines).toEqual([
    "正在升级数据 / bringing the data forward: 0001_a (2/3)",
    "正在升级数据 / bringing the data forward: 0002_b (3/3): 100/2500 行 / rows",
    "正在升级数据 / bringing the data forward: 0002_b (3/3): 1100/2500 行 / rows",
    "正在升级数据 / bringing the data forward: 0002_b (3/3): 2100/2500 行 / rows",
    "正在升级数据 / bringing the data forward: 0002_b (3/3): 2500/2500 行 / rows",
  ]);
});
