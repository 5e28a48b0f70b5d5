import { useQuery } from "@tanstack/react-query";
import type { AreaView, CommandView } from "../../../src/contract/aisles.ts";
import type { AreaVerb } from "../../../src/contract/endpoints/aisles.ts";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "./act.ts";
import { call } from "./call.ts";
import { commandQuery } from "./queries.ts";

export type Verb = "open" | AreaVerb;
export type Motion = { verb: "open"; aisle: number } | { verb: AreaVerb };

const unsettled = ["stored", "sent", "accepted"];

export function isSettled(command: Pick<CommandView, "state">): boolean {
  return !unsettled.includes(command.state);
}

/** Asks one area to move. Never repeated automatically: nothing restarts without a person (S3). */
export function useMotion(areaKey: string) {
  return useAct<Motion, CommandView>({
    run: (motion, key) =>
      motion.verb === "open"
        ? call(endpoints.openAisle, { params: { areaKey }, body: { aisle: motion.aisle }, key })
        : call(endpoints[`${motion.verb}Area`], { params: { areaKey }, body: {}, key }),
    old: [["area", areaKey]],
  });
}

/** The newest known state of a command: from the live area state, else polled until it is settled. */
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
