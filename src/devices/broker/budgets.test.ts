import fc from "fast-check";
import { expect, it } from "vitest";
import { budgetDefaults, type ClientBudgets, clientBudget } from "./budgets.ts";

const budgets: ClientBudgets = {
  reads: { messagesPerS: 100, bytesPerS: 10_000, burstS: 2 },
  others: { messagesPerS: 10, bytesPerS: 1_000, burstS: 2 },
  alarms: { messagesPerS: 100, bytesPerS: 10_000, burstS: 2 },
  hostileTimes: 3,
};

it("drops reads above the budget, in messages and in bytes, and ends the connection at a multiple of it", () => {
  const small = clientBudget(budgets);
  const verdicts = Array.from({ length: 700 }, () => small.judge("reads", 1, 0));
  expect(verdicts.indexOf("drop")).toBe(200);
  expect(verdicts.indexOf("end")).toBe(600);
  const large = clientBudget(budgets);
  expect(Array.from({ length: 7 }, () => large.judge("reads", 9_000, 0))).toEqual([
    "take",
    "take",
    "drop",
    "drop",
    "drop",
    "drop",
    "end",
  ]);
});

it("never drops a state silently: what is above ends the connection", () => {
  const budget = clientBudget(budgets);
  const verdicts = Array.from({ length: 21 }, () => budget.judge("other", 10, 0));
  expect(verdicts.slice(0, 20).every((one) => one === "take")).toBe(true);
  expect(verdicts[20]).toBe("end");
  // Its tag reads do not use up the budget of its states.
  const reader = clientBudget(budgets);
  for (let i = 0; i < 500; i++) reader.judge("reads", 10, 0);
  expect(reader.judge("other", 10, 0)).toBe("take");
});

it("lets a device call out more often than it tells its state, and not without end", () => {
  const budget = clientBudget(budgets);
  const verdicts = Array.from({ length: 201 }, () => budget.judge("alarm", 10, 0));
  expect(verdicts.indexOf("end")).toBe(200);
  expect(budget.judge("other", 10, 0)).toBe("take");
});

it("takes a steady sender within its budget for ever, and no sender more than burst and rate", () => {
  const steady = clientBudget(budgets);
  for (let ms = 0; ms < 60_000; ms += 10) expect(steady.judge("reads", 100, ms)).toBe("take");
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(400)), { maxLength: 400 }), (steps) => {
      const budget = clientBudget(budgets);
      let nowMs = 0;
      let messages = 0;
      let bytes = 0;
      for (const [waitMs, size] of steps) {
        nowMs += waitMs;
        if (budget.judge("reads", size, nowMs) !== "take") continue;
        messages++;
        bytes += size;
      }
      expect(messages).toBeLessThanOrEqual(200 + nowMs / 10 + 1e-6);
      expect(bytes).toBeLessThanOrEqual(20_000 + nowMs * 10 + 1e-6);
    }),
  );
});

it("gives a process of the gateway what a gateway needs", () => {
  const context = clientBudget(budgets, true);
  for (let i = 0; i < 900; i++) expect(context.judge("other", 10, 0)).toBe("take");
});

it("never ends a process of the gateway for its STOPs, and spends nothing of its budget on them", () => {
  const context = clientBudget(budgetDefaults, true);
  let others = 0;
  for (let i = 0; i < 216_000; i++) if (context.judge("stop", 110, i / 22) !== "take") others++;
  expect(others).toBe(0);
  expect(context.judge("other", 110, 10_000)).toBe("take");
  // A device may not send STOP, and the gateway sends no long one: such messages count against the budget.
  const device = clientBudget(budgets);
  expect(Array.from({ length: 21 }, () => device.judge("stop", 10, 0)).at(-1)).toBe("end");
  const long = clientBudget(budgets, true);
  expect(Array.from({ length: 60 }, () => long.judge("stop", 2_000, 0)).at(-1)).toBe("end");
});
