import { QueryClient } from "@tanstack/react-query";
import { describe, expect, test } from "vitest";
import type { AreaPush, AreaView } from "../../../src/contract/aisles.ts";
import type { AisleAttention } from "../../../src/contract/attention.ts";
import { takeArea, takeAttention } from "./take-area.ts";

const areaKey = "r1.1";
const queryKey = ["area", areaKey] as const;
const at = (aisle: number, layersCovered = 0) => ({ aisle, layersCovered }) as AisleAttention;
const push = (atMs: number, attentionVersion: string) => ({ areaKey, atMs, attentionVersion }) as AreaPush;

function page() {
  const client = new QueryClient();
  client.setQueryData(queryKey, { areaKey, atMs: 1, attention: [at(1), at(3)], attentionVersion: "a" });
  const seen = () => client.getQueryData<AreaView>(queryKey);
  return { client, seen, isOld: () => client.getQueryState(queryKey)?.isInvalidated };
}

describe("an area on the feed", () => {
  test("a state says nothing of the aisles: what was told of them stays", () => {
    const { client, seen, isOld } = page();
    takeArea(client, push(2, "a"));
    expect(seen()).toEqual({ areaKey, atMs: 2, attention: [at(1), at(3)], attentionVersion: "a" });
    expect(isOld()).toBe(false);
  });

  test("a change takes the place of the aisles that it names, in their order", () => {
    const { client, seen, isOld } = page();
    takeAttention(client, { areaKey, from: "a", version: "b", changed: [at(3, 2), at(2)], gone: [1] });
    takeArea(client, push(2, "b"));
    expect(seen()).toEqual({ areaKey, atMs: 2, attention: [at(2), at(3, 2)], attentionVersion: "b" });
    expect(isOld()).toBe(false);
  });

  test("one that missed a change keeps what it has, takes the state at once, and asks", () => {
    const { client, seen, isOld } = page();
    takeAttention(client, { areaKey, from: "b", version: "c", changed: [at(9)], gone: [] });
    expect(seen()?.attentionVersion).toBe("a");
    takeArea(client, push(2, "c"));
    expect(seen()).toMatchObject({ atMs: 2, attention: [at(1), at(3)] });
    expect(isOld()).toBe(true);
  });

  test("an area that nobody has asked for is not made up from half of it", () => {
    const { client } = page();
    client.removeQueries({ queryKey });
    takeArea(client, push(2, "a"));
    takeAttention(client, { areaKey, from: "a", version: "b", changed: [at(1)], gone: [] });
    expect(client.getQueryData(queryKey)).toBeUndefined();
  });
});
