import type { Shape } from "../shape.ts";
import type { delta as zh } from "../zh/delta.ts";

export const delta: Shape<typeof zh> = {
  of: "Delta · {{area}} aisle {{n}}",
  recount: {
    due: "Aisle {{n}} was used; its faces wait to be read again.",
    running: "The two faces of aisle {{n}} are being read again.",
    counted: "Aisle {{n}} differs from the records after its last use:",
    notCovered:
      "Aisle {{n}} is not fully covered ({{covered}} of {{all}} layers); nothing is concluded about the others.",
    interrupted: "Aisle {{n}} was opened or cancelled before it was read; it is read again after its next use.",
  },
  unnamed: "Unbound tag {{epc}}",
  acknowledge: "Seen",
  result: "See the result",
};
