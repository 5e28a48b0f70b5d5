import { useQuery } from "@tanstack/react-query";
import { devicesQuery, firstBoxQuery } from "../../live/queries.ts";
import { makeStore, useStore } from "../../live/store.ts";
import { useSession } from "../../live/use-session.ts";

const storageKey = "guiwei.first-box";
const dismissal = makeStore(wasDismissed());

/**
 * The steps to the first box while they are incomplete; null once an aisle was opened for a box, or after it was dismissed here.
 */
export function useFirstBox() {
  const isDismissed = useStore(dismissal);
  const isWanted = useSession()?.isDemo === false && !isDismissed;
  const { data: view } = useQuery({ ...firstBoxQuery, enabled: isWanted });
  const devices = useQuery(devicesQuery).data ?? [];
  return isWanted && view && !view.isShown ? { view, devices } : null;
}

export function dismissFirstBox(): void {
  try {
    localStorage.setItem(storageKey, "dismissed");
  } catch {
    // Storage is forbidden: it stays dismissed for this visit only.
  }
  dismissal.set(true);
}

function wasDismissed(): boolean {
  try {
    return localStorage.getItem(storageKey) === "dismissed";
  } catch {
    return false;
  }
}
