import type { RelocationDetail } from "../../../../src/contract/relocation.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { api } from "../../live/queries.ts";

export type MoveAct =
  | { verb: "pick"; no: number; barcode: string; scannedBarcode?: string }
  | { verb: "put"; no: number; barcode: string; scannedLocationCode?: string }
  | { verb: "skip"; no: number; barcode: string; reason: string };

/** Radio verification asks an antenna for some rounds. */
const verifyMaxMs = 30_000;

/** Pick, put or skip one box; the answer is the whole work list. */
export function useMoveAct(relocationId: string, done?: (detail: RelocationDetail, act: MoveAct) => void) {
  return useAct<MoveAct, RelocationDetail>({
    run: ({ verb, no, barcode: _, ...body }, key) =>
      call("POST", `${api}/relocations/${relocationId}/moves/${no}/${verb}`, { body, key, timeoutMs: verifyMaxMs }),
    old: [["relocations"], ["search"]],
    done: (detail, act, client) => {
      client.setQueryData(["relocation", relocationId], detail);
      done?.(detail, act);
    },
  });
}
