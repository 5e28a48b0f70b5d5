import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type AnsweringThread, answeringThread } from "./answering-thread.ts";

/**
 * Implements the thread's messages by itself: doubles numbers, throws, dies or hangs as told, and reports how much it was asked.
 */
const program = `
import { parentPort } from "node:worker_threads";
let asked = 0;
parentPort.on("message", ({ id, question }) => {
  asked++;
  if (question === "die") process.exit(3);
  if (question === "hang") for (;;);
  if (question === "eat") for (const eaten = []; ; ) eaten.push(new Array(1000).fill(asked));
  if (question === "throw") parentPort.postMessage({ id, failure: "no such area" });
  else parentPort.postMessage({ id, result: { twice: 2 * question, asked } });
});`;

const folder = mkdtempSync(join(tmpdir(), "answering-"));
const file = join(folder, "worker.mjs");
writeFileSync(file, program);
let thread: AnsweringThread<unknown>;
const start = (answerMsMax = 10_000, idleMsMax = 60_000, heap: { heapMbMax?: number } = {}) => {
  const entry = pathToFileURL(file);
  thread = answeringThread({ name: "the doubler", entry, workerData: null, answerMsMax, idleMsMax, ...heap });
};
afterEach(() => thread.close());
afterAll(() => rmSync(folder, { recursive: true }));

describe("a thread that answers", () => {
  it("answers every question by itself and remembers between them", async () => {
    start();
    const answers = await Promise.all([thread.ask(1), thread.ask(2), thread.ask(3)]);
    expect(answers).toEqual([1, 2, 3].map((n) => ({ twice: 2 * n, asked: n })));
    await expect(thread.ask("throw")).rejects.toThrow("the doubler failed: no such area");
    expect(await thread.ask(4)).toMatchObject({ asked: 5 });
  });

  it("fails what it was asked when it dies, and is started again", async () => {
    start();
    const asked = [thread.ask("die"), thread.ask(2)];
    for (const one of asked) await expect(one).rejects.toThrow("the doubler's thread ended with 3");
    expect(await thread.ask(5)).toEqual({ twice: 10, asked: 1 });
  });

  it("fails what it was asked when it wants more memory than it may have, and is started again", async () => {
    start(60_000, 60_000, { heapMbMax: 32 });
    await expect(thread.ask("eat")).rejects.toThrow("memory limit");
    expect(await thread.ask(5)).toEqual({ twice: 10, asked: 1 });
  }, 90_000);

  it("is ended when an answer takes longer than the limit", async () => {
    start(1_500);
    await thread.ask(1);
    const fromMs = performance.now();
    await expect(thread.ask("hang")).rejects.toThrow("the doubler took longer than 1500 ms");
    expect(performance.now() - fromMs).toBeLessThan(9_000);
    expect(await thread.ask(5)).toEqual({ twice: 10, asked: 1 });
  });

  it("ends when nothing is asked any more, where that is wanted", async () => {
    start(10_000, 0);
    const both = await Promise.all([thread.ask(1), thread.ask(2)]);
    expect(both).toMatchObject([{ asked: 1 }, { asked: 2 }]);
    expect(await thread.ask(3)).toMatchObject({ asked: 1 });
  });

  it("ends some time after the last answer, and what it remembered with it", async () => {
    start(10_000, 200);
    await thread.ask(1);
    expect(await thread.ask(2)).toMatchObject({ asked: 2 });
    for (let asked = 2; asked > 1; ) {
      await new Promise((resolve) => setTimeout(resolve, 600));
      ({ asked } = await thread.ask<{ asked: number }>(3));
    }
  });

  it("fails what is open when it is closed", async () => {
    start();
    const open = expect(thread.ask("hang")).rejects.toThrow("the doubler was closed");
    await thread.close();
    await open;
  });
});
