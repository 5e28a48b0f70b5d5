import type { ShowBoxResult } from "../../../../src/contract/aisles.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";

/** Opens the aisle and lights the slot; every press is an action of its own. */
export function useShowBox() {
  return useAct<string, ShowBoxResult>({
    run: (boxId, key) => call(endpoints.showBox, { params: { id: boxId }, key }),
  });
}
export type ShowBox = ReturnType<typeof useShowBox>;
