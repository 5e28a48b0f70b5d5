import { expect, it } from "vitest";
import { inWords, parentIn, pssKbIn, totalMb, treeIn } from "./memory-pss.ts";

it("reads the proportional size, whatever else the kernel tells", () => {
  const rollup = "5581-7ffd [rollup]\nRss:  120000 kB\nPss:   98765 kB\nPss_Anon:  90000 kB\nSwapPss:  5 kB\n";
  expect(pssKbIn(rollup)).toBe(98_765);
  expect(pssKbIn("")).toBeNull();
});

it("finds the parent behind a name with brackets and blanks", () => {
  expect(parentIn("1603 (node (x) 7) S 32386 1603 32386 0 -1")).toBe(32_386);
});

it("counts children of children and nobody else's", () => {
  const parents = new Map([
    [10, 1],
    [11, 10],
    [12, 11],
    [20, 1],
    [21, 20],
  ]);
  expect(treeIn(parents, 10)).toEqual([10, 11, 12]);
});

it("adds up and says who holds most", () => {
  const held = [
    { pid: 1, name: "broker", mb: 18 },
    { pid: 2, name: "gateway", mb: 102.4 },
  ];
  expect(totalMb(held)).toBeCloseTo(120.4);
  expect(inWords(held)).toBe("gateway 102, broker 18");
});
