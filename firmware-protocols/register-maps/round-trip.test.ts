import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerPdu, decodeResponsePdu, encodeRequestPdu, type ModbusResponse } from "../modbus/index.ts";
import {
  activities,
  type ControllerInput,
  commandResults,
  createControllerBank,
  decodeStatus,
  encodeBeat,
  encodeCommand,
  encodeLight,
  encodeStop,
  fatekNjust,
  interlockNames,
  judgeCheck,
  motions,
  type RegisterMap,
  refusalReasonNames,
  registerMaps,
  room1,
  statusReads,
  verbs,
  type WireCommand,
  type WireStatus,
} from "./index.ts";

const shape = { columns: [1, 2, 3, 4, 5], aisles: 4 };
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const tellable = optional(fc.integer({ min: 0, max: 65_534 }));
const light = optional(
  fc.record({
    column: fc.integer({ min: 1, max: 99 }),
    side: fc.constantFrom("A" as const, "B" as const),
    bay: fc.nat(99),
    layer: fc.nat(9),
    slot: fc.nat(99),
  }),
);
const statuses: fc.Arbitrary<WireStatus> = fc.record({
  bootId: fc.nat(65_535),
  activity: fc.constantFrom(...activities),
  openAisle: optional(fc.nat(shape.aisles)),
  columns: fc
    .tuple(...shape.columns.map(() => fc.tuple(tellable, fc.constantFrom(...motions), fc.boolean())))
    .map((columns) =>
      columns.map(([positionMm, motion, fault], i) => ({
        column: shape.columns[i] as number,
        positionMm,
        motion,
        fault,
      })),
    ),
  interlocks: fc
    .tuple(...interlockNames.map(() => fc.boolean()))
    .map(
      (values) => Object.fromEntries(interlockNames.map((name, i) => [name, values[i]])) as WireStatus["interlocks"],
    ),
  occupancy: fc.record({ people: tellable, entrySeq: tellable, confirmedEntrySeq: tellable }),
  lastCommand: optional(
    fc.record({
      wireId: fc.integer({ min: 1, max: 65_535 }),
      result: fc.constantFrom(...commandResults),
      reason: optional(fc.constantFrom(...refusalReasonNames)),
    }),
  ),
  light,
  temperatureC: optional(fc.integer({ min: -400, max: 1250 }).map((tenths) => tenths / 10)),
  humidityPct: optional(fc.nat(1000).map((tenths) => tenths / 10)),
});

/** What the gateway decodes from a controller with this status, through real PDUs. */
function seen(registerMap: RegisterMap, status: WireStatus, itsShape = shape) {
  const bank = createControllerBank(registerMap, itsShape, { status: () => status, receive: () => undefined });
  const responses = statusReads(registerMap, shape).map((request) => {
    const response = decodeResponsePdu(answerPdu(encodeRequestPdu(request), bank)) as ModbusResponse;
    return "bits" in response ? { ...response, bits: response.bits.slice(0, request.quantity) } : response;
  });
  return decodeStatus(registerMap, shape, responses);
}
const one = fc.sample(statuses, { numRuns: 1, seed: 7 })[0] as WireStatus;

describe("a status crosses the wire unchanged", () => {
  test("in room-1, all of it", () => {
    fc.assert(
      fc.property(statuses, (status) => {
        expect(seen(room1, status)).toEqual({ kind: "status", status, alarms: [] });
      }),
    );
  });

  test("in fatek-njust, what the map can say; the rest is unknown", () => {
    fc.assert(
      fc.property(statuses, (status) => {
        const reading = seen(fatekNjust, { ...status, temperatureC: 20, humidityPct: 50 });
        if (reading.kind !== "status") throw new Error(reading.problem);
        const isMoving = ["opening", "closing", "ventilating"].includes(status.activity);
        expect(reading.status.activity).toBe(isMoving ? "opening" : "idle");
        expect(reading.status.openAisle).toBe(status.openAisle || (isMoving ? null : 0));
        expect(reading.status.columns.map(({ motion }) => motion)).toEqual(status.columns.map(({ motion }) => motion));
        const { isProtected, panelLoggedOut } = status.interlocks;
        expect(reading.status.interlocks).toMatchObject({ isProtected, panelLoggedOut, emergencyStop: false });
        expect(reading.status).toMatchObject({ bootId: null, lastCommand: null, occupancy: { people: null } });
        expect(reading.status.temperatureC).toBeCloseTo(20, 0);
      }),
    );
  });
});

describe("a picture that cannot be trusted is no status", () => {
  const responses = (change: (registers: number[]) => void): ModbusResponse[] => {
    const bank = createControllerBank(room1, shape, { status: () => one, receive: () => undefined });
    return statusReads(room1, shape).map((request, i) => {
      const registers = bank.readInput(request.address, request.quantity) as number[];
      if (i === 0) change(registers);
      return { fn: 4, registers };
    });
  };
  test.each<[string, number, number]>([
    ["another magic", 0, 0x4153],
    ["another map version", 1, 2],
    ["another number of columns", 2, 6],
    ["a state without meaning", 3, 6],
    ["an aisle that does not exist", 4, 5],
    ["a result without meaning", 10, 4],
    ["a reason without meaning", 11, 11],
    ["a light on no side", 17, 3],
  ])("%s", (_what, register, value) => {
    const reading = decodeStatus(
      room1,
      shape,
      responses((registers) => {
        registers[9] = 1;
        registers[16] = 1;
        registers[register] = value;
      }),
    );
    expect(reading).toMatchObject({ kind: "wrong" });
  });

  test("a missing, short or foreign answer", () => {
    const whole = responses(() => undefined);
    expect(decodeStatus(room1, shape, whole)).toMatchObject({ kind: "status" });
    expect(decodeStatus(room1, shape, whole.slice(0, 1))).toMatchObject({ kind: "wrong" });
    expect(decodeStatus(room1, shape, [{ fn: 4, registers: [0x4152, 1] }, ...whole.slice(1)])).toMatchObject({
      kind: "wrong",
    });
    expect(decodeStatus(room1, shape, [{ fn: 3, registers: [] }, ...whole.slice(1)])).toMatchObject({ kind: "wrong" });
  });
});

describe("what a controller hears", () => {
  function listen(registerMap: RegisterMap) {
    const inputs: ControllerInput[] = [];
    const bank = createControllerBank(registerMap, shape, {
      status: () => one,
      receive: (input) => inputs.push(input),
    });
    const send = (request: Parameters<typeof encodeRequestPdu>[0]) =>
      decodeResponsePdu(answerPdu(encodeRequestPdu(request), bank)) as { exception?: number };
    return { inputs, send };
  }
  const commands: fc.Arbitrary<WireCommand> = fc.record({
    wireId: fc.integer({ min: 1, max: 65_535 }),
    verb: fc.constantFrom(...verbs),
    aisle: fc.nat(999),
    epoch: fc.nat(65_535),
    ttlMs: fc.integer({ min: 1, max: 2000 }),
    expectedOpenAisle: fc.nat(999),
  });

  test("is what the gateway said, in room-1", () => {
    fc.assert(
      fc.property(commands, fc.nat(100_000), light, (command, beat, target) => {
        const { inputs, send } = listen(room1);
        for (const step of encodeCommand(room1, command, beat) ?? []) if (step.kind === "write") send(step.request);
        send(encodeLight(room1, target) ?? { fn: 5, address: 9, value: false });
        expect(inputs).toEqual([
          { kind: "beat", beat: beat & 0xffff },
          { kind: "command", command },
          { kind: "light", target },
        ]);
      }),
    );
  });

  test("is nothing, when a room-1 command comes in pieces or means nothing", () => {
    const { inputs, send } = listen(room1);
    expect(send({ fn: 6, address: 1, value: 1 })).toMatchObject({ exception: 3 });
    expect(send({ fn: 16, address: 0, values: [1, 1, 3] })).toMatchObject({ exception: 3 });
    expect(send({ fn: 16, address: 0, values: [0, 1, 3, 0, 0, 1, 2000, 0] })).toMatchObject({ exception: 3 });
    expect(send({ fn: 16, address: 0, values: [1, 7, 3, 0, 0, 1, 2000, 0] })).toMatchObject({ exception: 3 });
    expect(send({ fn: 16, address: 20, values: [1, 3, 1, 1, 1] })).toMatchObject({ exception: 3 });
    expect(send({ fn: 6, address: 50, value: 1 })).toMatchObject({ exception: 2 });
    expect(send({ fn: 5, address: 1, value: true })).toMatchObject({ exception: 2 });
    expect(inputs).toEqual([]);
  });

  test("is STOP every time it is written, but a button once a press", () => {
    const { inputs, send } = listen(fatekNjust);
    const press = (bits: number) =>
      send({ fn: 15, address: 2200, values: [0, 1, 2, 3, 4, 5].map((bit) => ((bits >> bit) & 1) === 1) });
    press(0b000010);
    press(0b000010);
    press(0b000001);
    press(0b000001);
    press(0);
    press(0b000001);
    expect(inputs.map((input) => (input.kind === "command" ? input.command.verb : input.kind))).toEqual([
      "stop",
      "stop",
      "close",
      "close",
    ]);
    send({ fn: 5, address: 2201, value: true });
    expect(inputs.at(-1)).toEqual({ kind: "stop" });
  });
});

describe("rules of safety on the wire", () => {
  test("STOP begins with the write itself: no check, no pause, in every registerMap", () => {
    for (const registerMap of Object.values(registerMaps))
      expect(encodeStop(registerMap)[0]).toMatchObject({ kind: "write" });
  });

  test("a command that would outlive 2 000 ms or does not fit is never sent (S15)", () => {
    const command: WireCommand = { wireId: 1, verb: "open", aisle: 1, epoch: 1, ttlMs: 2000, expectedOpenAisle: 0 };
    for (const change of [
      { ttlMs: 2001 },
      { ttlMs: 0 },
      { wireId: 0 },
      { wireId: 65_536 },
      { epoch: -1 },
      { aisle: 1.5 },
    ]) {
      expect(() => encodeCommand(room1, { ...command, ...change }, 0), JSON.stringify(change)).toThrow(RangeError);
    }
    expect(encodeCommand(fatekNjust, { ...command, verb: "inhibit" }, 0)).toBeNull();
    expect(encodeBeat(fatekNjust, 1)).toBeNull();
    expect(encodeLight(fatekNjust, null)).toBeNull();
  });

  test("a check refuses when protected, logged out, running, or not answered", () => {
    const command: WireCommand = { wireId: 1, verb: "close", aisle: 0, epoch: 1, ttlMs: 2000, expectedOpenAisle: 0 };
    const checks = (encodeCommand(fatekNjust, command, 0) ?? []).filter((step) => step.kind === "check");
    const [panel, running] = checks as [(typeof checks)[0], (typeof checks)[0]];
    expect(judgeCheck(panel, { fn: 1, bits: [false, true] })).toBeNull();
    expect(judgeCheck(panel, { fn: 1, bits: [true, true] })).toBe("interlock");
    expect(judgeCheck(panel, { fn: 1, bits: [false, false] })).toBe("interlock");
    expect(judgeCheck(panel, { fn: 1, bits: [] })).toBe("interlock");
    expect(judgeCheck(panel, null)).toBe("interlock");
    expect(judgeCheck(running, { fn: 1, bits: [true] })).toBe("busy");
  });

  test("room-1 carries every rule; fatek-njust says which it cannot", () => {
    expect(room1.cannotKeep).toEqual([]);
    const fatek = new Map(fatekNjust.cannotKeep.map(({ rule, missing }) => [rule, missing]));
    expect(fatek.get("S15")).toEqual(["wireId", "epoch", "ttlMs", "expectedOpenAisle", "lastCommand"]);
    expect([...fatek.keys()]).toEqual(expect.arrayContaining(["S9", "S13", "S14", "S15"]));
  });

  test("fatek-njust never presses UNLOCK or MANUAL (S8)", () => {
    for (const steps of [...Object.values(fatekNjust.commands), fatekNjust.stop]) {
      for (const step of steps ?? []) {
        if ("write" in step && step.write.fn === 15) expect(step.write.values.slice(2, 4)).toEqual([0, 0]);
      }
    }
  });
});
