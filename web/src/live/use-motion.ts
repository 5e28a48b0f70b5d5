import { useQuery } from "@tanstack/react-query";
import type { AreaView, CommandView } from "../../../src/contract/aisles.ts";
import { useAct } from "./act.ts";
import { call } from "./call.ts";
import { api, commandQuery } from "./queries.ts";

export type Verb = "open" | "close" | "ventilate" | "inhibit" | "release" | "pause";
export interface Motion {
  verb: Verb;
  aisle?: number;
  reason?: string;
}

const unsettled = ["stored", "sent", "accepted"];

export function isSettled(command: Pick<CommandView, "state">): boolean {
  return !unsettled.includes(command.state);
}

/** Asks one area to move. Never repeated by itself: nothing restarts without a person (S3). */
export function useMotion(areaKey: string) {
  return useAct<Motion, CommandView>({
    run: ({ verb, aisle, reason }, key) =>
      call("POST", `${api}/areas/${encodeURIComponent(areaKey)}/${verb}`, {
        body: { ...(aisle === undefined ? {} : { aisle }), ...(reason ? { reason } : {}) },
        key,
      }),
    old: [["area", areaKey]],
  });
}

/** The newest that is known of a command: from the live area state, else asked for until it is settled. */
export function useCommand(first: CommandView | null | undefined, view: AreaView | undefined): CommandView | null {
  const id = first?.id ?? "";
  const asked = useQuery({
    ...commandQuery(id),
    enabled: id !== "" && first != null,
    initialData: first ?? undefined,
    refetchInterval: (query) => (query.state.data && isSettled(query.state.data) ? false : 1000),
  });
  if (!first) return null;
  const live = view?.command?.id === id ? view.command : null;
  const known = asked.data ?? first;
  return live && (isSettled(live) || !isSettled(known)) ? live : known;
}
