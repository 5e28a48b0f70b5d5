import { EventEmitter } from "node:events";
import { DrizzleQueryError } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { endInOrder, endSignals } from "./end-in-order.ts";

function bench(closeMsMax = 60_000, startMsMax = 60_000, signals: readonly NodeJS.Signals[] = endSignals) {
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
    ...{ closeMsMax, startMsMax, signals },
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

describe.each(["SIGINT", "SIGTERM", "SIGHUP"])("%s", (signal) => {
  it("closes in order, and at once at the second", async () => {
    const { program, happened, ended, ending } = bench();
    ending.stopsMotionBy(() => happened.push("stop"));
    ending.closesBy(() => new Promise(() => happened.push("close")));
    program.emit(signal);
    program.emit(signal);
    expect(await ended).toBe(1);
    expect(happened).toEqual(["close", "exit 1"]);
  });

  it("while it starts: what moves is stopped, waiting ends, and what opens all the same is closed", async () => {
    const { program, happened, said, ended, ending } = bench();
    ending.stopsMotionBy(() => happened.push("stop"));
    program.emit(signal);
    expect(ending.told.aborted).toBe(true);
    expect(said.join("\n")).toMatch(/启动中收到结束信号[\s\S]*Told to end while starting/);
    ending.closesBy(async () => void happened.push("close"));
    // Later errors of the start, whose database was closed meanwhile, do not matter.
    expect(ending.startFailed()).toBe(true);
    expect(await ended).toBe(0);
    expect(happened).toEqual(["stop", "close", "exit 0"]);
  });

  it("while it starts: a start that gives up ends with it, in peace", async () => {
    const { program, happened, ended, ending } = bench();
    program.emit(signal);
    ending.startFailed();
    expect(await ended).toBe(0);
    expect(happened).toEqual(["exit 0"]);
  });

  it("while it starts: one that neither opens nor fails has a limit", async () => {
    const { program, ended } = bench(60_000, 20);
    program.emit(signal);
    expect(await ended).toBe(1);
  });
});

it("a start that fails by itself is none of a signal's", () => {
  expect(bench().ending.startFailed()).toBe(false);
});

it("a twin of a demo leaves the terminal's signals to its parent, and ends by SIGTERM", async () => {
  const { program, happened, ended, ending } = bench(60_000, 60_000, ["SIGTERM"]);
  ending.closesBy(async () => void happened.push("close"));
  program.emit("SIGINT");
  program.emit("SIGHUP");
  expect(ending.isEnding()).toBe(false);
  program.emit("SIGTERM");
  expect(await ended).toBe(0);
  expect(happened).toEqual(["close", "exit 0"]);
});

it("what it says of a fault names no parameter of a statement", async () => {
  const { program, said, ended } = bench();
  const statement = "insert into people (name) values ($1)";
  program.emit("uncaughtException", new DrizzleQueryError(statement, ["张三丰 secret"], new Error("of 张三丰 secret")));
  await ended;
  expect(said.join("\n")).toContain(statement);
  expect(said.join("\n")).not.toContain("张三丰");
});

it("does not wait for ever at a signal either", async () => {
  const { program, happened, said, ended, ending } = bench(20);
  ending.closesBy(() => new Promise(() => {}));
  program.emit("SIGTERM");
  expect(await ended).toBe(1);
  expect(happened).toEqual(["exit 1"]);
  expect(said.join("\n")).toContain("Closing took longer than 0.02 s");
});
