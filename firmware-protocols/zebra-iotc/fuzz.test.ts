import { expect, it } from "vitest";
import { fuzzInputs, fuzzParser, jsonSubject } from "../framing/fuzz.ts";
import { isHex } from "../framing/hex.ts";

import { decodeReport } from "./decode-report.ts";
import file from "./vectors.json" with { type: "json" };

const inputs = fuzzInputs(process.env);
const samples = file.vectors.map(({ payload }) => payload);

it(`${inputs} damaged payloads give reads or problems, never an exception`, { timeout: inputs / 4 }, () => {
  const subject = jsonSubject("zebra-iotc", samples, (json) => {
    for (const { epc, count, atMs } of decodeReport(json).reads) {
      const good = isHex(epc) && epc === epc.toUpperCase() && epc.length > 0 && epc.length <= 124;
      if (!good || !(count >= 1) || Number.isNaN(atMs)) throw new Error(epc);
    }
  });
  expect(fuzzParser(subject, inputs, 5)).toMatchObject({ inputs });
});
