import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalRow } from "../../../src/contract/journal.ts";
import { apply, caughtUp, emptyFeed, rowsKeptMax, takeHeads } from "./apply.ts";
import { touched } from "./touched.ts";

function row(chain: string, revision: number, extra: Partial<JournalRow> = {}): JournalRow {
  const rest = { atMs: 0, actor: "gateway", kind: "box.placed", subject: null, reason: null, body: {} } as const;
  return { chain, revision, ...rest, prevHash: "", hash: "", ...extra };
}

describe("following the journal", () => {
  it("takes rows in order and is not behind", () => {
    const view = [row("house", 4), row("room:r1", 9), row("house", 5)].reduce(apply, emptyFeed);
    expect(view.heads).toEqual({ house: 5, "room:r1": 9 });
    expect(view.behind).toEqual([]);
    expect(view.rows.map((r) => r.revision)).toEqual([5, 9, 4]);
  });

  it("a gap marks its chain, and only it, as behind", () => {
    const view = [row("house", 4), row("room:r1", 9), row("room:r1", 11)].reduce(apply, emptyFeed);
    expect(view.behind).toEqual(["room:r1"]);
    expect(caughtUp(view).behind).toEqual([]);
  });

  it("a row seen twice changes nothing", () => {
    const once = apply(emptyFeed, row("house", 4));
    expect(apply(once, row("house", 4))).toBe(once);
    expect(apply(once, row("house", 3))).toBe(once);
  });

  it("is behind after a reconnect that skipped rows, and not after one that did not", () => {
    const view = apply(emptyFeed, row("house", 4));
    expect(takeHeads(view, { house: 4, "room:r1": 2 }).behind).toEqual([]);
    expect(takeHeads(view, { house: 7 }).behind).toEqual(["house"]);
  });

  it("whatever comes, a head never goes back, the kept rows stay limited, and a missed revision is noticed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 600 }), (revisions) => {
        let view = emptyFeed;
        for (const revision of revisions) {
          const before = view.heads.context;
          view = apply(view, row("house", revision));
          const after = view.heads.context ?? 0;
          expect(after).toBeGreaterThanOrEqual(before ?? 0);
          if (before !== undefined && after > before + 1) expect(view.behind).toContain("house");
        }
        expect(view.rows.length).toBeLessThanOrEqual(rowsKeptMax);
      }),
    );
  });
});

describe("what a row makes old", () => {
  it("a box that was lent: its detail, its history, the search and the loans", () => {
    const keys = touched({ kind: "box.taken", subject: "box:b1", body: {} });
    for (const key of [["box", "b1"], ["history", "box:b1"], ["search"], ["loans"]]) expect(keys).toContainEqual(key);
  });

  it("a put of a relocation: its work list too", () => {
    const keys = touched({ kind: "relocation.placed", subject: "relocation:m1", body: { boxId: "b1" } });
    for (const key of [["relocation", "m1"], ["relocations"], ["box", "b1"]]) expect(keys).toContainEqual(key);
  });

  it("a stocktake that ended, or whose line was decided: its view and its lines", () => {
    for (const kind of ["stocktake.ended", "stocktake.decided"] as const) {
      const keys = touched({ kind, subject: "stocktake:s1", body: {} });
      for (const key of [["stocktake", "s1"], ["stocktakes"], ["stocktake-lines"]]) expect(keys).toContainEqual(key);
    }
  });
});
