/** Areas on the live feed: their states, frequent and small; findings at their aisles only when they change. */
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

/** Both are sent in one turn and in this order, so that no console sees a version without its change. */
export function areaStates({ clock, area, attention }: AreaStatesDeps): AreaStates {
  const told = new Map<string, AttentionNow>();
  const newest = makeNewestState<AreaView>(clock, ({ attention: aisles, ...view }) => {
    const { areaKey, attentionVersion: version } = view;
    const before = told.get(areaKey);
    if (before?.version !== version) told.set(areaKey, { version, aisles });
    // The first one has nothing to compare with: a console has it from its own request, or asks.
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
