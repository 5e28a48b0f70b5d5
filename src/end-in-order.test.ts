import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { endInOrder } from "./end-in-order.ts";

function bench(closeMsMax = 60_000) {
  const program = new EventEmitter();
  const happened: string[] = [];
  const said: string[] = [];
  const ended = new Promise<number>((resolve) => {
    Object.assign(program, {
      exit(code: number) {
        happened.push(`exit ${code}`);
        resolve(code);
      },
    });
  });
  const ending = endInOrder({
    program: program as unknown as Pick<NodeJS.Process, "on" | "exit">,
    say: (line) => said.push(line),
    fail: (error) => {
      throw error;
    },
    closeMsMax,
  });
  return { program, happened, said, ended, ending };
}

describe.each(["uncaughtException", "unhandledRejection"])("%s", (event) => {
  it("stops motion, says what failed in both languages, closes, and ends with another code than 0", async () => {
    const { program, happened, said, ended, ending } = bench();
    ending.stopsMotionBy(() => happened.push("stop"));
    ending.closesBy(async () => void happened.push("close"));
    program.emit(event, new Error("a socket that is null"));
    expect(ending.isEnding()).toBe(true);
    expect(await ended).toBe(1);
    expect(happened).toEqual(["stop", "close", "exit 1"]);
    expect(said.join("\n")).toMatch(/程序出错（a socket that is null）：已停止所有移动/);
    expect(said.join("\n")).toContain("The program failed (a socket that is null): all motion was stopped");
  });

  it("closes once, however much fails on the way", async () => {
    const { program, happened, said, ended, ending } = bench();
    ending.stopsMotionBy(() => {
      throw new Error("no port");
    });
    ending.closesBy(async () => {
      happened.push("close");
      program.emit(event, new Error("the next"));
      throw new Error("the database is away");
    });
    program.emit(event, "just a text");
    expect(await ended).toBe(1);
    expect(happened).toEqual(["close", "exit 1"]);
    for (const text of ["no port", "just a text", "the next", "the database is away"])
      expect(said.join("\n")).toContain(text);
  });

  it("does not wait for ever for what does not close", async () => {
    const { program, happened, said, ended, ending } = bench(20);
    ending.closesBy(() => new Promise(() => {}));
    program.emit(event, new Error("x"));
    expect(await ended).toBe(1);
    expect(happened).toEqual(["exit 1"]);
    expect(said.join("\n")).toContain("Closing took longer than 0.02 s");
  });

  it("stops motion even before everything is open", async () => {
    const { program, happened, ended, ending } = bench();
    ending.stopsMotionBy(() => happened.push("stop"));
    program.emit(event, new Error("x"));
    expect(await ended).toBe(1);
    expect(happened).toEqual(["stop", "exit 1"]);
  });
});

it("closes in order at a signal, and at once at the second", async () => {
  const { program, happened, ended, ending } = bench();
  ending.stopsMotionBy(() => happened.push("stop"));
  ending.closesBy(() => new Promise(() => happened.push("close")));
  program.emit("SIGTERM");
  program.emit("SIGTERM");
  expect(await ended).toBe(1);
  expect(happened).toEqual(["close", "exit 1"]);
});

it("does not wait for ever at a signal either", async () => {
  const { program, happened, said, ended, ending } = bench(20);
  ending.closesBy(() => new Promise(() => {}));
  program.emit("SIGTERM");
  expect(await ended).toBe(1);
  expect(happened).toEqual(["exit 1"]);
  expect(said.join("\n")).toContain("Closing took longer than 0.02 s");
});
