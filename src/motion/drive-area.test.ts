/**
 * A motion begins only after the database has confirmed the lead once more; a motion waiting for that may be stopped meanwhile.
 */
import { describe, expect, test } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { ShelfPort, StatusListener } from "../contract/ports.ts";
import type { ShelfCommand } from "../contract/shelf.ts";
import { areaRules } from "../shelving/area-rules.ts";
import { firstAreaState } from "../shelving/area-state.ts";
import { goodStatus, smallSpec } from "../shelving/exploring/alphabet.ts";
import { areaDriver } from "./drive-area.ts";
import type { FactBody } from "./messages.ts";

/** An area at rest with aisle 1 open and aisle 2 requested; `answer` is the database's answer. */
async function asked() {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const sent: ShelfCommand[] = [];
  const notes: FactBody[] = [];
  let stops = 0;
  let hear: StatusListener = () => {};
  const port: ShelfPort = {
    deviceId: "shelf-1",
    cannotKeep: [],
    onStatus(listener) {
      hear = listener;
    },
    onLink: () => {},
    send: async (command) => void sent.push(command),
    stop: async () => void stops++,
    heartbeat: () => {},
    light: async () => null,
  };
  let answer: (isOurs: boolean) => void = () => {};
  let questions = 0;
  const proven = () => {
    questions++;
    return new Promise<boolean>((resolve) => {
      answer = resolve;
    });
  };
  const driver = areaDriver({
    ...{ clock, port, rules: areaRules("r1.1", smallSpec, []), state: firstAreaState({ epoch: 3, wireId: 10 }) },
    lead: { standing: () => "held", proven },
    note: (_areaKey, body) => void notes.push(body),
    onChange: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  const settle = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const show = () => hear(goodStatus(), clock.monoMs(), clock.monoMs());
  // The area is seen at rest for a while, as is needed before anything may begin.
  for (let i = 0; i < 20; i++) {
    clock.advance(100);
    show();
    await settle();
  }
  const [askedAtMs, atMs] = [clock.monoMs(), clock.monoMs()];
  const request = { kind: "request", atMs, askedAtMs, commandId: "c1", verb: "open", aisle: 2, epoch: 3 } as const;
  driver.feed({ ...request, actor: "person:1" });
  await settle();
  return {
    ...{ clock, driver, sent, notes, settle, show },
    stops: () => stops,
    questions: () => questions,
    answer: async (isOurs: boolean) => {
      answer(isOurs);
      await settle();
    },
  };
}

describe("before an opening goes out", () => {
  test("nothing is sent until the lead is proven, and then once", async () => {
    const { sent, driver, questions, answer } = await asked();
    expect(driver.state().motion?.phase).toBe("sending");
    expect([questions(), sent]).toEqual([1, []]);
    await answer(true);
    expect(sent).toHaveLength(1);
    expect(driver.state().motion?.phase).toBe("sent");
  });

  test("a STOP that comes while it is asked for ends it: the word that comes then sends nothing", async () => {
    const { sent, driver, answer, clock, stops } = await asked();
    driver.feed({ kind: "stop", atMs: clock.monoMs(), commandId: "s1", actor: "person:2" });
    expect(stops()).toBeGreaterThan(0);
    await answer(true);
    expect(sent).toEqual([]);
    expect(driver.state().motion).toBeNull();
  });

  test("a lead that is another's sends nothing, and the command fails", async () => {
    const { sent, driver, answer, clock, show, settle, notes } = await asked();
    await answer(false);
    for (let i = 0; i < 40; i++) {
      clock.advance(100);
      show();
      await settle();
      await answer(false);
    }
    expect(sent).toEqual([]);
    expect(driver.state().motion).toBeNull();
    expect(notes).toContainEqual(expect.objectContaining({ kind: "settle", commandId: "c1", outcome: "failed" }));
  });

  test("no word at all is waited for as long as the wish lives", async () => {
    const { sent, driver, clock, show, settle } = await asked();
    for (let i = 0; i < 40; i++) {
      clock.advance(100);
      show();
      await settle();
    }
    expect(sent).toEqual([]);
    expect(driver.state().motion).toBeNull();
  });
});
