import { findingClassTable } from "../../../../src/contract/kinds/findings.ts";
import { wordsOf } from "../../../../src/contract/kinds/said.ts";
import type { Shape } from "../shape.ts";
import type { delta as zh } from "../zh/delta.ts";

export const delta: Shape<typeof zh> = {
  of: "Delta stocktake · {{area}}, aisle {{n}}",
  at: "Delta stocktake of aisle {{n}}",
  state: {
    due: "Aisle {{n}} was used; its two faces wait to be read again.",
    running: "The two faces of aisle {{n}} are being read again; differences are told when that is done.",
    counted: "Aisle {{n}} differs from the records after its last use ({{count}} in all).",
    notCovered:
      "Aisle {{n}} is not fully covered ({{covered}} of {{all}} layers); nothing is concluded about the others.",
    interrupted: "Aisle {{n}} was opened or cancelled before it was read; it is read again after its next use.",
  },
  class: wordsOf(findingClassTable, "en"),
  beware: "Aisle {{n}}: {{count}} finding(s) that nobody has looked at.",
  unnamed: "Unbound tag {{epc}}",
  locate: "Listen for it",
  acknowledge: "Acknowledge",
  result: "See the result",
  progress: "See the progress",
};
