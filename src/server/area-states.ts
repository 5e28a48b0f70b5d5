/** Areas on the live feed: how they stand, often and small; what is to be told of their aisles, only when it is something else. */
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../clock/clock.ts";
import type { AreaPush, AreaView } from "../contract/aisles.ts";
import type { AttentionChange, AttentionNow } from "../contract/attention.ts";
import { makeNewestState } from "./newest-state.ts";

export interface AreaStates {
  push(view: AreaView): void;
  close(): void;
}

export interface AreaStatesDeps {
  clock: Clock;
  area(view: AreaPush): void;
  attention(change: AttentionChange): void;
}

/** Both go out in one turn and in this order, so nobody meets a version that was not told of. */
export function areaStates({ clock, area, attention }: AreaStatesDeps): AreaStates {
  const told = new Map<string, AttentionNow>();
  const newest = makeNewestState<AreaView>(clock, ({ attention: aisles, ...view }) => {
    const { areaKey, attentionVersion: version } = view;
    const before = told.get(areaKey);
    if (before?.version !== version) told.set(areaKey, { version, aisles });
    // At the first there is nothing that it differs from: a console has it from its own answer, or asks.
    if (before && before.version !== version) attention(attentionChange(areaKey, before, { version, aisles }));
    area(view);
  });
  return { push: (view) => newest.push(view.areaKey, view), close: newest.close };
}

function attentionChange(areaKey: string, before: AttentionNow, { version, aisles }: AttentionNow): AttentionChange {
  const of = ({ aisles }: Pick<AttentionNow, "aisles">) => new Map(aisles.map((one) => [one.aisle, one]));
  const [old, now] = [of(before), of({ aisles })];
  return {
    ...{ areaKey, from: before.version, version },
    changed: aisles.filter((one) => !isDeepStrictEqual(old.get(one.aisle), one)),
    gone: [...old.keys()].filter((aisle) => !now.has(aisle)),
  };
}
