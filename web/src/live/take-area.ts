/** Takes over an area from the feed: its state comes often, the findings at its aisles separately and only as changes. */
import type { QueryClient } from "@tanstack/react-query";
import type { AreaPush, AreaView } from "../../../src/contract/aisles.ts";
import type { AttentionChange } from "../../../src/contract/attention.ts";
import { areaQuery } from "./queries.ts";

/** The state counts at once; findings stay as they are, and are fetched again if the state names another version. */
export function takeArea(client: QueryClient, push: AreaPush): void {
  const { queryKey } = areaQuery(push.areaKey);
  const known = client.getQueryData(queryKey);
  if (known) {
    const { attention, attentionVersion } = known;
    client.setQueryData(queryKey, { ...push, attention, attentionVersion });
  }
  // One request at a time, however many pushes come meanwhile.
  if (known?.attentionVersion !== push.attentionVersion)
    void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
}

export function takeAttention(client: QueryClient, change: AttentionChange): void {
  client.setQueryData(areaQuery(change.areaKey).queryKey, (known) => known && withChange(known, change));
}

/** Unchanged if the change starts from another version than the cached one: the next push shows that something was missed. */
export function withChange<View extends Pick<AreaView, "attention" | "attentionVersion">>(
  view: View,
  { from, version, changed, gone }: Omit<AttentionChange, "areaKey">,
): View {
  if (view.attentionVersion !== from) return view;
  const isOther = ({ aisle }: { aisle: number }) => gone.includes(aisle) || changed.some((one) => one.aisle === aisle);
  const attention = [...view.attention.filter((one) => !isOther(one)), ...changed].sort((a, b) => a.aisle - b.aisle);
  return { ...view, attention, attentionVersion: version };
}
