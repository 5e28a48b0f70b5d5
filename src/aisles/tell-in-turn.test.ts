import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import { perTurnMax, tellInTurn } from "./tell-in-turn.ts";

it("a few at once, many in their order and a few at a time, each once", () => {
  const clock = virtualClock();
  const told: number[] = [];
  const turns = tellInTurn<number>(clock, (one) => told.push(one));
  for (let i = 0; i < perTurnMax; i++) turns.tell(i);
  expect(told).toHaveLength(perTurnMax);
  for (let i = perTurnMax; i < 500; i++) turns.tell(i);
  expect(told).toHaveLength(perTurnMax);
  let most = 0;
  for (let passedMs = 0; passedMs < 5_000; passedMs += 100) {
    const before = told.length;
    clock.advance(100);
    most = Math.max(most, told.length - before);
  }
  expect(most).toBe(perTurnMax);
  expect(told).toEqual(Array.from({ length: 500 }, (_, i) => i));
  turns.tell(500);
  expect(told.at(-1)).toBe(500);
});

it("says nothing any more once it is closed", () => {
  const clock = virtualClock();
  const told: number[] = [];
  const turns = tellInTurn<number>(clock, (one) => told.push(one));
  for (let i = 0; i < 100; i++) turns.tell(i);
  turns.close();
  clock.advance(10_000);
  expect(told).toHaveLength(perTurnMax);
});
