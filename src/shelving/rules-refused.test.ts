import { describe, expect, test } from "vitest";
import { area, end, hasStop, sends } from "./exploring/bench.ts";

describe("a controller that answers no by itself, before its status", () => {
  test("ends what was asked with its reason; nothing is stopped and nothing has to be reset", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    const refused = a.writeFailed(1, "not-confirmed");
    expect(end(refused)).toBe("refused aisle-not-confirmed");
    expect(hasStop(refused)).toBe(false);
    expect(a.state.needsReset).toBeNull();
    a.status();
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });

  test.each(["duplicate", "busy"] as const)("%s: the one before may have been taken, so it is stopped", (reason) => {
    const a = area();
    a.status();
    a.ask("open", 2);
    expect(hasStop(a.writeFailed(1, reason))).toBe(true);
  });

  test("said of the repeat only: the first may move, so it is stopped", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    expect(sends(a.writeFailed(1))).toHaveLength(1);
    const refused = a.writeFailed(1, "wrong-epoch");
    expect(end(refused)).toBe("failed controller-knows-later");
    expect(hasStop(refused)).toBe(true);
  });

  test("of an inhibit: it ends with the reason", () => {
    const a = area();
    a.status();
    a.ask("inhibit");
    expect(end(a.writeFailed(1, "wrong-epoch"))).toBe("refused controller-knows-later");
  });
});
