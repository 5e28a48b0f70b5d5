import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { RelocationDetail } from "../../../../src/contract/relocation.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { relocationQuery } from "../../live/queries.ts";

export type MoveAct =
  | { verb: "pick"; no: number; barcode: string; scannedBarcode?: string }
  | { verb: "put"; no: number; barcode: string; scannedLocationCode?: string }
  | { verb: "skip"; no: number; barcode: string; reason: string };

/** Radio verification asks an antenna for some rounds. */
const verifyMaxMs = 30_000;

/** The scan fields of an action; without them the gateway asks the radio. */
const scanOf = <Act extends MoveAct>({ verb: _, no: __, barcode: ___, ...scan }: Act) => scan;

/** Pick, put or skip one box; the answer is the whole work list. */
export function useMoveAct(relocationId: string, done?: (detail: RelocationDetail, act: MoveAct) => void) {
  return useAct<MoveAct, RelocationDetail>({
    run: (act, key) => {
      const options = { params: { id: relocationId, no: act.no }, key, timeoutMs: verifyMaxMs };
      if (act.verb === "skip") return call(endpoints.skipMove, { body: { reason: act.reason }, ...options });
      if (act.verb === "pick") return call(endpoints.pickBox, { body: scanOf(act), ...options });
      return call(endpoints.putBox, { body: scanOf(act), ...options });
    },
    old: [["relocations"], ["search"]],
    done: (detail, act, client) => {
      client.setQueryData(relocationQuery(relocationId).queryKey, detail);
      done?.(detail, act);
    },
  });
}
