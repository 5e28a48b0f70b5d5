import { expect, test } from "vitest";
import { fuzzInputs, fuzzParser, type Luck } from "../framing/fuzz.ts";
import type { ModbusResponse } from "../modbus/index.ts";
import { createControllerBank, decodeStatus, registerMaps, statusReads, type WireStatus } from "./index.ts";
import file from "./vectors.json" with { type: "json" };

const calm = file.vectors.find(({ registerMap, message }) => registerMap === "room-1" && message === "status")
  ?.decoded as unknown as WireStatus;

// Pictures are no byte stream; the parsers below them get the full count.
const inputs = Math.ceil(fuzzInputs(process.env) / 10);
test.each(Object.values(registerMaps))(
  "any registers at all are a status of $name or none",
  (registerMap) => {
    const small = { columns: [1, 2, 3], aisles: 2 };
    const reads = statusReads(registerMap, small);
    const good = createControllerBank(registerMap, small, {
      status: () => calm,
      receive: () => undefined,
    });
    const base = reads.map(({ fn, address, quantity }) =>
      fn === 1
        ? (good.readCoils(address, quantity) as boolean[]).map(Number)
        : ((fn === 3 ? good.readHolding : good.readInput)(address, quantity) as number[]),
    );
    let statusCount = 0;
    const subject = {
      name: registerMap.name,
      make: (luck: Luck): ModbusResponse[] =>
        reads.map(({ fn }, i) => {
          const values = [...(base[i] as number[])];
          for (let n = luck.below(3); n > 0; n--)
            values[luck.below(values.length)] = luck.below(luck.below(2) ? 12 : 65_536);
          return (
            fn === 1 ? { fn, bits: values.map((value) => value % 2 === 1) } : { fn, registers: values }
          ) as ModbusResponse;
        }),
      run: (responses: ModbusResponse[]) => {
        if (decodeStatus(registerMap, small, responses).kind === "status") statusCount++;
      },
      show: (responses: ModbusResponse[]) => JSON.stringify(responses),
    };
    fuzzParser(subject, inputs, 3);
    expect(statusCount).toBeGreaterThan(0);
  },
  inputs,
);
