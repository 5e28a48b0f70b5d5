import type { ShowBoxResult } from "../../../../src/contract/aisles.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { api } from "../../live/queries.ts";

/** Opens the aisle and lights the slot; every press is an action of its own. */
export function useShowBox() {
  return useAct<string, ShowBoxResult>({
    run: (boxId, key) => call("POST", `${api}/boxes/${boxId}/show`, { body: {}, key }),
  });
}
export type ShowBox = ReturnType<typeof useShowBox>;
