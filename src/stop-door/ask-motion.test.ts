import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import { type FedLine, lineReader, type StopLine } from "../motion/stop-lines.ts";
import { answerMsMax, askMotion } from "./ask-motion.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Motions that come and go, each with the list of STOPs it received. */
function motions() {
  const clock = virtualClock();
  const heard: StopLine[][] = [];
  let isThere = true;
  let socket: Duplex | null = null;
  let answers = true;
  const asked = askMotion("motion", clock, () => {
    const lines: StopLine[] = [];
    const read = lineReader((value) => {
      const line = value as StopLine;
      lines.push(line);
      if (answers) opened.push(`${JSON.stringify({ id: line.id, areas: 2 } satisfies FedLine)}\n`);
    });
    const opened = new Duplex({
      read() {},
      write(bytes: Buffer, _encoding, done) {
        read(bytes);
        done();
      },
    });
    socket = opened;
    if (isThere) heard.push(lines);
    setImmediate(() => (isThere ? opened.emit("connect") : opened.destroy()));
    return opened as unknown as Socket;
  });
  return {
    clock,
    heard,
    asked,
    lose: async () => {
      socket?.destroy();
      await turn();
      await turn();
    },
    set isThere(now: boolean) {
      isThere = now;
    },
    set answers(now: boolean) {
      answers = now;
    },
  };
}
const wish = (press: string | null = null) => ({ areaKey: null, actor: "person:1", press, askedAtMs: 1 });

it("answers when motion has fed it", async () => {
  const { asked, heard } = motions();
  await turn();
  expect(await asked.stop(wish("press-a"))).toBe(2);
  expect(heard[0]).toMatchObject([{ actor: "person:1", press: "press-a" }]);
});

it("a STOP that a dying motion did not answer goes to the next one", async () => {
  const m = motions();
  await turn();
  m.answers = false;
  const answer = m.asked.stop(wish());
  await turn();
  m.answers = true;
  await m.lose();
  m.clock.advance(100);
  await turn();
  expect(await answer).toBe(2);
  expect(m.heard.map((lines) => lines.length)).toEqual([1, 1]);
});

it("whoever was told that motion is away is not stopped for later", async () => {
  const m = motions();
  m.isThere = false;
  await m.lose();
  const answer = m.asked.stop(wish());
  m.clock.advance(answerMsMax);
  expect(await answer).toBe("away");
  m.isThere = true;
  for (let i = 0; i < 20; i++) {
    m.clock.advance(100);
    await turn();
    await turn();
  }
  expect(m.asked.isThere()).toBe(true);
  expect(m.heard.flat()).toEqual([]);
});

it("a held motion has no heap of STOPs before it, and everybody is answered", async () => {
  const m = motions();
  await turn();
  m.answers = false;
  const answers = Array.from({ length: 1_000 }, (_, i) => m.asked.stop(wish(`press-${i}`)));
  const same = Array.from({ length: 1_000 }, () => m.asked.stop(wish()));
  await turn();
  expect(m.heard[0]?.length).toBeLessThanOrEqual(64);
  m.clock.advance(answerMsMax);
  const all = await Promise.all([...answers, ...same]);
  expect(new Set(all)).toEqual(new Set(["away"]));
});
