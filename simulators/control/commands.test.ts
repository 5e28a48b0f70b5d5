import { describe, expect, it } from "vitest";
import { encodeRtu } from "../../firmware-protocols/modbus/index.ts";
import { encodeRequest } from "../../firmware-protocols/r2000/decode.ts";
import { demoStanding, testTwin } from "../test-twin.ts";
import { commands, orderOf, perform } from "./commands.ts";
import { twinState } from "./state.ts";

const first = demoStanding[0] as (typeof demoStanding)[number];
const readStatus = encodeRtu(1, Uint8Array.of(4, 0, 0, 0, 21));
const readClimate = encodeRtu(10, Uint8Array.of(4, 0, 1, 0, 2));

function bench() {
  const b = testTwin();
  const shelf = b.host("bus-shelf-1");
  const tell = (...words: string[]) => perform(b.twin, orderOf(words));
  const area = b.twin.room.areas.get("r1.1") as NonNullable<ReturnType<typeof b.twin.room.areas.get>>;
  async function open(aisle: number) {
    const fence = {
      wireId: area.rig.state().retained.wireIdLast + 1,
      epoch: 1,
      expectedOpenAisle: area.rig.state().openAisle ?? 0,
    };
    const answer = area.rig.command({ verb: "open", aisle, fence, ttlMs: 2000, isFresh: true });
    for (let i = 0; i < 300; i++) {
      area.rig.beat();
      b.clock.advance(100);
    }
    return answer;
  }
  /** Lets the virtual clock run until the promise is done. */
  async function during<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    void work.finally(() => {
      isDone = true;
    });
    for (let i = 0; i < 1000 && !isDone; i++) {
      b.clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return work;
  }
  return { ...b, shelf, tell, area, open, during };
}

describe("commands to the twin", () => {
  it("come as words or as JSON and answer in both languages when refused", async () => {
    const { tell, twin } = bench();
    expect(orderOf(["walk", "1", "3", "take=AA,BB", "put=CC@s1"])).toEqual({
      do: "walk",
      area: "1",
      aisle: "3",
      take: ["AA", "BB"],
      put: [{ epc: "CC", slot: "s1" }],
    });
    expect(await tell("where", first.epc)).toMatchObject({ ok: true, result: { locationCode: "1-01-B-01-01-01" } });
    expect(await tell("where", "33FF")).toMatchObject({
      ok: false,
      code: "no-such-box",
      zh: expect.stringContaining("没有"),
    });
    expect(await tell("dance")).toMatchObject({ ok: false, code: "unknown-command" });
    expect(await tell("constructor")).toMatchObject({ ok: false, code: "unknown-command" });
    expect(await tell("enter")).toMatchObject({ ok: false, code: "missing-argument" });
    expect(await tell("enter", "9")).toMatchObject({ ok: false, code: "bad-argument" });
    expect(await tell("key", "1", "smash")).toMatchObject({ ok: false, code: "bad-argument" });
    for (const junk of [null, 7, "x", [], {}, { do: 5 }, { do: "enter", area: {} }])
      expect(await perform(twin, junk)).toMatchObject({ ok: false });
    for (const [name, command] of Object.entries(commands)) {
      if (command.args.length === 0) continue;
      expect((await tell(name)).ok, name).toBe(false);
    }
  });

  it("move boxes by hand; what does not fit stays where it is", async () => {
    const { tell, twin } = bench();
    const free = [...twin.room.layout.slotById.values()].filter((slot) => !twin.room.boxes.bySlot.has(slot.id));
    const wide = free.find((slot) => slot.widthMm === 52)?.id ?? "";
    const narrow = free.find((slot) => slot.widthMm === 35)?.id ?? "";
    const thick = demoStanding.find((box) => box.thicknessMm === 50)?.epc ?? "";
    expect(await tell("move", first.epc, wide)).toMatchObject({ ok: true });
    expect(await tell("in-slot", wide)).toMatchObject({ result: { epc: first.epc } });
    expect(await tell("move", thick, narrow)).toMatchObject({ ok: false, code: "too-thick" });
    expect(await tell("move", thick, wide)).toMatchObject({ ok: false, code: "slot-taken" });
    expect(await tell("where", thick)).toMatchObject({ result: { place: { kind: "slot" } } });
    expect(await tell("take", thick, "li")).toMatchObject({ ok: true });
    expect(await tell("take", thick)).toMatchObject({ ok: false, code: "not-standing" });
    expect(twinState(twin).boxes).toMatchObject({ total: 5000, standing: 4999, hands: { li: [thick] } });
    expect(await tell("put", first.epc, narrow)).toMatchObject({ ok: false, code: "not-in-hands" });
    expect(await tell("carry-out", thick)).toMatchObject({ ok: true });
    expect(await tell("bring", "33FFFF", "30")).toMatchObject({ ok: false, code: "bad-argument" });
    expect(await tell("bring", "33FFFFFF", "30")).toMatchObject({ ok: true });
    expect(await tell("put", "33FFFFFF", narrow)).toMatchObject({ ok: true });
    expect(await tell("take-nth", "1-01-B-02-01-01", "3")).toMatchObject({
      ok: true,
      result: { epc: expect.any(String) },
    });
    expect(await tell("take-nth", "1-01-B-02-01-01", "99")).toMatchObject({ ok: false, code: "slot-empty" });
  });

  it("let people in only where an aisle stands open, and a robot does their work", async () => {
    const { tell, twin, open, during, area } = bench();
    expect(await tell("enter", "1", "1")).toMatchObject({ ok: false, code: "no-room" });
    await open(1);
    expect(await tell("enter", "1")).toMatchObject({ ok: true });
    expect(await tell("enter", "1")).toMatchObject({ ok: false, code: "already-inside" });
    expect(twinState(twin).areas[0]).toMatchObject({
      people: { staff: 1 },
      panel: { occupied: true, peopleCounted: 1 },
    });
    expect((await open(2))?.reason).toBe("occupied");
    expect(await tell("leave", "1")).toMatchObject({ ok: true });
    expect(await tell("leave", "1")).toMatchObject({ ok: false, code: "not-inside" });
    await tell("key", "1", "reset");
    const second = demoStanding.find((box) => box.slotId.startsWith("r1.1.2A.")) as typeof first;
    const far = demoStanding.find((box) => box.slotId.startsWith("r1.1.4A.")) as typeof first;
    const report = await during(
      perform(twin, {
        do: "walk",
        area: "r1.1",
        aisle: 1,
        who: "wang",
        take: [first.epc, far.epc],
        put: [
          { epc: first.epc, slotId: second.slotId },
          { epc: first.epc, slot: first.slotId },
        ],
      }),
    );
    expect(report).toMatchObject({
      ok: true,
      result: { fault: null, taken: [first.epc], put: [first.epc] },
    });
    expect((report as { result: { failed: unknown } }).result.failed).toEqual([
      { epc: far.epc, fault: "other-aisle" },
      { epc: first.epc, fault: "slot-taken" },
    ]);
    expect(area.rig.state()).toMatchObject({ people: 0, occupied: false });
    expect((await open(2))?.result).toBe("accepted");
    expect(await during(perform(twin, { do: "walk", area: "1", aisle: 5 }))).toMatchObject({
      result: { fault: "no-room" },
    });
  });

  it("cut the mains: nobody answers, and afterwards a reset at the panel is due", async () => {
    const { tell, shelf, host } = bench();
    const pair = host("pair-1");
    const version = encodeRequest(1, { kind: "get-firmware-version" });
    expect(shelf.ask(readStatus).length).toBe(47);
    await tell("power-cut", "1");
    expect(shelf.ask(readStatus).length + shelf.ask(readClimate).length + pair.ask(version).length).toBe(0);
    await tell("power-restore", "1");
    expect(pair.ask(version, 100).length).toBe(0);
    const status = shelf.ask(readStatus, 1000);
    // Register 3 = 4 stopped; register 4 = FFFF, place unknown; register 13 = FFFF, people unknown.
    expect([status[10], status[12], status[30]]).toEqual([4, 0xff, 0xff]);
    expect(pair.ask(version).length).toBeGreaterThan(0);
  });

  it("silence one slave while its neighbour on the line goes on", async () => {
    const { tell, shelf } = bench();
    await tell("dead", "env-1");
    expect(shelf.ask(readClimate)).toHaveLength(0);
    expect(shelf.ask(readStatus)).toHaveLength(47);
    await tell("dead", "env-1", "off");
    expect(shelf.ask(readClimate)).toHaveLength(9);
  });

  it("freeze, break and warm a sensor", async () => {
    const { tell, shelf, clock } = bench();
    const temperature = () => {
      const bytes = shelf.ask(readClimate);
      return (((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0)) / 10;
    };
    expect(temperature()).toBeCloseTo(20, 0);
    await tell("stuck-sensor", "env-1");
    const before = temperature();
    await tell("climate", "1", "29", "70");
    clock.advance(3600_000);
    expect(temperature()).toBe(before);
    await tell("stuck-sensor", "env-1", "off");
    expect(temperature()).toBeGreaterThan(27);
    await tell("broken-sensor", "env-1");
    expect(temperature()).toBe(3276.7);
  });

  it("put noise, loss and a wrong speed on a line, and take them off", async () => {
    const { tell, shelf } = bench();
    const answers = () =>
      Array.from({ length: 20 }, () => shelf.ask(readStatus)).filter((bytes) => bytes.length === 47);
    expect(answers()).toHaveLength(20);
    await tell("loss", "bus-shelf-1", "0.05");
    expect(answers().length).toBeLessThan(12);
    await tell("loss", "bus-shelf-1", "0");
    await tell("wrong-baud", "bus-shelf-1", "9600");
    const atSpeed = testTwin();
    atSpeed.twin.buses.get("bus-shelf-1")!.wrongBaud = 9600;
    expect(atSpeed.host("bus-shelf-1", () => 19_200).ask(readStatus)).toHaveLength(0);
    await tell("wrong-baud", "bus-shelf-1");
    expect(answers()).toHaveLength(20);
    expect(await tell("noise", "bus-shelf-1", "7")).toMatchObject({ ok: false });
  });

  it("take an antenna off, restart a reader, jam a carriage, blind the counter", async () => {
    const { tell, host, open, area } = bench();
    const pair = host("pair-1");
    await tell("missing-antenna", "rd-101", "1");
    expect(pair.ask(encodeRequest(1, { kind: "inventory", repeat: 1 }))[4]).toBe(0x22);
    await tell("missing-antenna", "rd-101", "1", "off");
    expect(pair.ask(encodeRequest(1, { kind: "inventory", repeat: 1 }))).toHaveLength(14);
    await tell("restart-reader", "rd-101");
    expect(pair.ask(encodeRequest(1, { kind: "count-buffer" }), 200)).toHaveLength(0);
    await tell("jam", "1");
    await open(2);
    expect(area.rig.state()).toMatchObject({ overCurrent: true });
    await tell("jam", "1", "off");
    await tell("key", "1", "reset");
    expect((await open(2))?.result).toBe("accepted");
    await tell("blind-counter", "1");
    expect(await tell("enter", "1", "2")).toMatchObject({ ok: true });
    expect(area.rig.state().people).toBe(0);
    await open(4);
    expect(area.rig.state().tripped).toBe(true);
    expect(area.rail.crushed).toBe(0);
  });

  it("say so when a bus has no plug, and speed up the room but not the lines", async () => {
    const { tell, twin, open, area } = bench();
    expect(await tell("unplug", "pair-1")).toMatchObject({ ok: false, code: "no-plug" });
    expect(await tell("speed", "10")).toMatchObject({ ok: true });
    expect(twin.roomClock.factor()).toBe(10);
    expect(area.rules.heartbeatStaleMs).toBe(5000);
    await open(3);
    expect(area.rig.state().openAisle).toBe(3);
    await tell("speed", "1");
    expect(area.rules.heartbeatStaleMs).toBe(500);
  });
});
