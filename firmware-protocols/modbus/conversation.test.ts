import { describe, expect, test } from "vitest";
import { toHex } from "../framing/hex.ts";
import {
  answerAdu,
  answerPdu,
  createPlainBank,
  encodeRequestPdu,
  encodeResponsePdu,
  type ModbusMode,
  type ModbusRequest,
  type ModbusResponse,
  matchResponse,
  type RegisterBank,
} from "./index.ts";

const bankOf = () =>
  createPlainBank({
    coils: new Array<boolean>(2000).fill(false),
    discrete: new Array<boolean>(2000).fill(true),
    holding: new Array<number>(200).fill(0),
    input: Array.from({ length: 200 }, (_, i) => i),
  });
const answer = (hexOrBytes: number[], bank: RegisterBank = bankOf()) =>
  toHex(answerPdu(Uint8Array.from(hexOrBytes), bank));

describe("a server answers", () => {
  test.each([
    ["a function it does not know", [0x2b, 14, 1, 0], "AB01"],
    ["a response sent as a request", [0x83, 2], "8301"],
    ["nothing at all", [], "8001"],
    ["no coils", [1, 0, 0, 0, 0], "8103"],
    ["2001 coils", [1, 0, 0, 0x07, 0xd1], "8103"],
    ["126 registers", [3, 0, 0, 0, 126], "8303"],
    ["a short request", [3, 0, 0, 0], "8303"],
    ["a long request", [3, 0, 0, 0, 1, 0], "8303"],
    ["a coil that is neither on nor off", [5, 0, 0, 0x12, 0x34], "8503"],
    ["124 registers to write", [16, 0, 0, 0, 124, 248, ...new Array(248).fill(0)], "9003"],
    ["a byte count that is not twice the quantity", [16, 0, 0, 0, 2, 2, 0, 1], "9003"],
    ["1969 coils to write", [15, 0, 0, 0x07, 0xb1, 247, ...new Array(247).fill(0)], "8F03"],
    ["no coils to write", [15, 0, 0, 0, 0, 0], "8F03"],
    ["registers beyond the last", [4, 0, 199, 0, 2], "8402"],
    ["registers beyond 65535", [3, 0xff, 0xff, 0, 2], "8302"],
    ["a write beyond the last", [6, 1, 0, 0, 1], "8602"],
  ])("%s with an exception", (_what, pdu, expected) => {
    expect(answer(pdu)).toBe(expected);
  });

  test("the largest requests with everything", () => {
    expect(answer([1, 0, 0, 0x07, 0xd0])).toHaveLength(2 * 252);
    expect(answer([4, 0, 0, 0, 125])).toHaveLength(2 * 252);
    expect(answer([16, 0, 0, 0, 123, 246, ...new Array(246).fill(0)])).toBe("100000007B");
    expect(answer([15, 0, 0, 0x07, 0xb0, 246, ...new Array(246).fill(0)])).toBe("0F000007B0");
  });

  test("with the bank's own exception, and with 4 when the bank gives too little", () => {
    const busy: RegisterBank = { ...bankOf(), writeHolding: () => 6, readInput: () => [1] };
    expect(answer([6, 0, 0, 0, 1], busy)).toBe("8606");
    expect(answer([4, 0, 0, 0, 2], busy)).toBe("8404");
  });

  test("only its own unit, and never a broadcast, which it obeys", () => {
    const bank = bankOf();
    const write = { transactionId: null, pdu: encodeRequestPdu({ fn: 6, address: 7, value: 9 }) };
    expect(answerAdu("rtu", 1, { ...write, unit: 2 }, bank)).toBeNull();
    expect(bank.readHolding(7, 1)).toEqual([0]);
    expect(answerAdu("rtu", 1, { ...write, unit: 0 }, bank)).toBeNull();
    expect(bank.readHolding(7, 1)).toEqual([9]);
    const read = { transactionId: null, unit: 0, pdu: encodeRequestPdu({ fn: 3, address: 7, quantity: 1 }) };
    expect(answerAdu("rtu", 1, read, bank)).toBeNull();
    expect(toHex(answerAdu("tcp", 1, { ...read, transactionId: 5 }, bank) as Uint8Array)).toBe(
      "0005000000050003020009",
    );
  });
});

describe("a client takes only the answer to its question", () => {
  const ask = (
    request: ModbusRequest,
    pdu: Uint8Array,
    over: { unit?: number; transactionId?: number; mode?: ModbusMode } = {},
  ) =>
    matchResponse(
      { mode: over.mode ?? "tcp", unit: 1, request, transactionId: 8 },
      { unit: over.unit ?? 1, transactionId: over.transactionId ?? 8, pdu },
    );
  const read: ModbusRequest = { fn: 3, address: 0, quantity: 2 };
  const good: ModbusResponse = { fn: 3, registers: [1, 2] };

  test("the answer, cut to what was asked", () => {
    expect(ask(read, encodeResponsePdu(good))).toEqual({ kind: "response", response: good });
    expect(ask({ fn: 1, address: 0, quantity: 3 }, Uint8Array.of(1, 1, 0xfd))).toEqual({
      kind: "response",
      response: { fn: 1, bits: [true, false, true] },
    });
    expect(ask(read, Uint8Array.of(0x83, 6))).toEqual({ kind: "exception", exception: 6 });
    expect(ask(read, encodeResponsePdu(good), { mode: "rtu", transactionId: 99 })).toMatchObject({ kind: "response" });
  });

  test.each([
    ["another transaction", ask(read, encodeResponsePdu(good), { transactionId: 7 }), "transaction"],
    ["another unit", ask(read, encodeResponsePdu(good), { unit: 2 }), "unit"],
    ["another function", ask(read, Uint8Array.of(4, 4, 0, 1, 0, 2)), "function"],
    ["another function's exception", ask(read, Uint8Array.of(0x84, 2)), "function"],
    ["nonsense", ask(read, Uint8Array.of(3, 9, 1)), "undecodable"],
    ["too few registers", ask(read, Uint8Array.of(3, 2, 0, 1)), "length"],
    ["too many bits", ask({ fn: 1, address: 0, quantity: 3 }, Uint8Array.of(1, 2, 0, 0)), "length"],
    ["another address", ask({ fn: 6, address: 1, value: 2 }, Uint8Array.of(6, 0, 2, 0, 2)), "echo"],
    ["another value", ask({ fn: 5, address: 1, value: true }, Uint8Array.of(5, 0, 1, 0, 0)), "echo"],
    ["another quantity", ask({ fn: 16, address: 1, values: [1] }, Uint8Array.of(16, 0, 1, 0, 2)), "echo"],
  ])("not %s", (_what, match, reason) => {
    expect(match).toEqual({ kind: "mismatch", reason });
  });

  test("and cannot ask for what no server may give", () => {
    for (const request of [
      { fn: 3, address: 0, quantity: 126 },
      { fn: 1, address: 0, quantity: 0 },
      { fn: 3, address: 65_535, quantity: 2 },
      { fn: 6, address: 0, value: 65_536 },
      { fn: 16, address: 0, values: [-1] },
      { fn: 16, address: 0, values: [] },
    ] as ModbusRequest[]) {
      expect(() => encodeRequestPdu(request), JSON.stringify(request)).toThrow(RangeError);
    }
  });
});
