import { useQuery } from "@tanstack/react-query";
import { devicesQuery, firstBoxQuery } from "../../live/queries.ts";
import { makeStore, useStore } from "../../live/store.ts";
import { useSession } from "../../live/use-session.ts";

const storageKey = "guiwei.first-box";
const dismissal = makeStore(wasDismissed());

/** The way to the first box while it is not walked; null once an aisle was opened for a box, or when it was dismissed here. */
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
    // It stays away for this visit.
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
