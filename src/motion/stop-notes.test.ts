import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Fact, FactBody, StopPress } from "./messages.ts";
import { otherDoorMsMax, pressMergedMs, stopNotes, stopsMergedMs } from "./stop-notes.ts";

/** Records which facts were sent when, as the motion core does: none while facts are held. */
function notes() {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const waiting: Fact[] = [];
  const sent: { atMs: number; body: Extract<FactBody, { kind: "decision" }> }[] = [];
  const fromMs = clock.monoMs();
  let amended = 0;
  function flush(): void {
    if (clock.monoMs() < noted.heldUntilMs()) return;
    for (const { body } of waiting.splice(0))
      sent.push({ atMs: clock.monoMs() - fromMs, body: structuredClone(body) as (typeof sent)[number]["body"] });
  }
  const noted = stopNotes({
    clock,
    keep(areaKey, body) {
      const fact = { id: sent.length + waiting.length + 1, areaKey, atMs: clock.nowMs(), body };
      waiting.push(fact);
      flush();
      return fact;
    },
    amend: () => amended++,
    release: flush,
  });
  const stop = (id: string | null, door: StopPress["door"], actor = "person:1", agoMs = 0) =>
    noted.note("r1.1", { kind: "decision", decision: "stop", actor } as FactBody, {
      ...{ id, door },
      askedAtMs: clock.monoMs() - agoMs,
    });
  return { clock, sent, noted, stop, amended: () => amended };
}

it("one press through both doors is one row with both, and the moment of the press", () => {
  const { clock, sent, stop, amended } = notes();
  const wallMs = clock.nowMs();
  stop("press-a", "stop-door", "person:1", 20);
  clock.advance(30);
  stop("press-a", "gateway");
  stop("press-a", "gateway");
  expect(sent).toEqual([]);
  clock.advance(stopsMergedMs * 5);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    atMs: otherDoorMsMax,
    body: { press: { id: "press-a", doors: ["stop-door", "gateway"], askedAtMs: wallMs - 20 } },
  });
  // Once, in case of a crash between the two.
  expect(amended()).toBe(1);
});

it("the other door is not waited for longer, and tells nothing new when it comes after that", () => {
  const { clock, sent, stop } = notes();
  stop("press-a", "stop-door");
  clock.advance(otherDoorMsMax);
  expect(sent).toHaveLength(1);
  stop("press-a", "gateway");
  clock.advance(stopsMergedMs * 3);
  expect(sent.map(({ body }) => body.press?.doors)).toEqual([["stop-door"]]);
});

it("whoever sends one name for ever still has a row each time", () => {
  const { clock, sent, stop } = notes();
  for (let i = 0; i < 4; i++) {
    stop("press-a", "gateway");
    clock.advance(pressMergedMs);
  }
  expect(sent).toHaveLength(4);
});

it("other people and other presses are rows of their own; nothing is held longer for them", () => {
  const { clock, sent, stop } = notes();
  stop("press-a", "stop-door");
  clock.advance(100);
  stop("press-b", "stop-door", "person:2");
  clock.advance(otherDoorMsMax - 100);
  expect(sent.map(({ body }) => body.press?.id)).toEqual(["press-a", "press-b"]);
  // The same person's next press comes at the end of that second.
  stop("press-c", "gateway");
  stop("press-c", "stop-door");
  stop("press-d", "gateway");
  clock.advance(stopsMergedMs);
  expect(sent.slice(2).map(({ body }) => [body.press?.id, body.times])).toEqual([["press-d", 2]]);
});

it("without a name nothing waits, and repeats are counted as ever", () => {
  const { clock, sent, noted, stop } = notes();
  for (let i = 0; i < 10; i++) stop(null, "gateway");
  expect(sent).toHaveLength(1);
  clock.advance(stopsMergedMs);
  expect(sent.map(({ body }) => body.times)).toEqual([undefined, 9]);
  stop("press-a", "stop-door", "person:9");
  noted.close();
  expect(sent).toHaveLength(3);
});
