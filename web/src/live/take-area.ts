/** An area as the feed shows it: its state often, what is to be told of its aisles apart, and only what changed of it. */
import type { QueryClient } from "@tanstack/react-query";
import type { AreaPush, AreaView } from "../../../src/contract/aisles.ts";
import type { AttentionChange } from "../../../src/contract/attention.ts";
import { areaQuery } from "./queries.ts";

/** The state counts at once; what is told of the aisles stays until the gateway is asked, where it names another version. */
export function takeArea(client: QueryClient, push: AreaPush): void {
  const { queryKey } = areaQuery(push.areaKey);
  const known = client.getQueryData(queryKey);
  if (known) {
    const { attention, attentionVersion } = known;
    client.setQueryData(queryKey, { ...push, attention, attentionVersion });
  }
  // One question at a time, however often it is pushed meanwhile.
  if (known?.attentionVersion !== push.attentionVersion)
    void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
}

export function takeAttention(client: QueryClient, change: AttentionChange): void {
  client.setQueryData(areaQuery(change.areaKey).queryKey, (known) => known && withChange(known, change));
}

/** As it was where the change is from another version than is known: the next push tells that something was missed. */
export function withChange<View extends Pick<AreaView, "attention" | "attentionVersion">>(
  view: View,
  { from, version, changed, gone }: Omit<AttentionChange, "areaKey">,
): View {
  if (view.attentionVersion !== from) return view;
  const isOther = ({ aisle }: { aisle: number }) => gone.includes(aisle) || changed.some((one) => one.aisle === aisle);
  const attention = [...view.attention.filter((one) => !isOther(one)), ...changed].sort((a, b) => a.aisle - b.aisle);
  return { ...view, attention, attentionVersion: version };
}
