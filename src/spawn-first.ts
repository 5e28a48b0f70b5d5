/**
 * Starts motion and STOP's door so that they get the processor before the rest of this program. Where the system lets a child
 * raise its own priority, it does; elsewhere everything else lowers its own, except for one small thread that starts these
 * children. Only Linux has priorities for threads: on other systems without raising all are equal.
 */
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { platform } from "node:os";
import { Worker } from "node:worker_threads";
import { goBehind, mayRise } from "./clock/turns.ts";

/** The part of a ChildProcess that is used; one started by another thread looks the same. */
export interface FirstChild {
  readonly pid?: number | undefined;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "message", listener: (message: unknown) => void): unknown;
  once(event: "exit", listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  send(message: object, sent: () => void): unknown;
  kill(signal: NodeJS.Signals): unknown;
}

export interface FirstSpawner {
  /** `log`: descriptor of its output, which must stay open until this resolves. A child without `pid` never started. */
  spawn(words: readonly string[], log: number | "ignore"): Promise<FirstChild>;
}

type Said =
  | { said: "spawned"; pid: number | null }
  | { said: "error"; message: string }
  | { said: "message"; message: unknown }
  | { said: "exit"; code: number | null; signal: NodeJS.Signals | null };

const bySelf: FirstSpawner = {
  async spawn(words, log) {
    const child = spawn(process.execPath, words, { stdio: ["ignore", log, log, "ipc"], windowsHide: true });
    // A caller that awaits this promise would miss an early failure; an unheard 'error' event would end this process.
    child.on("error", () => {});
    return child;
  },
};

/** Called before anything is opened: later threads and processes inherit the priority of their creator. */
export async function firstSpawner(): Promise<FirstSpawner> {
  if (platform() !== "linux" || mayRise()) return bySelf;
  const thread = new Worker(new URL("./spawn-first.mjs", import.meta.url), { execArgv: [] });
  const named = await once(thread, "message").catch(() => null);
  // Without /proc threads cannot be told apart: then all are equal, too.
  if (!named) return bySelf;
  goBehind((named[0] as { thread: number }).thread);
  return byThread(thread);
}

function byThread(thread: Worker): FirstSpawner {
  let nextId = 1;
  let isThere = true;
  const children = new Map<number, (said: Said) => void>();
  thread.unref();
  thread.on("message", ({ id, ...said }: Said & { id: number }) => children.get(id)?.(said as Said));
  thread.on("error", () => {});
  thread.once("exit", () => {
    isThere = false;
    for (const tell of [...children.values()]) tell({ said: "exit", code: null, signal: "SIGKILL" });
  });

  function spawnThere(words: readonly string[], log: number | "ignore"): Promise<FirstChild> {
    const id = nextId++;
    const events = new EventEmitter();
    const ask = (asked: object) => thread.postMessage({ id, ...asked });
    return new Promise((resolve) => {
      const child = (pid?: number) =>
        Object.assign(events, {
          pid,
          send: (message: object) => ask({ do: "send", message }),
          kill: (signal: NodeJS.Signals) => ask({ do: "kill", signal }),
        });
      events.on("error", () => {});
      children.set(id, (said) => {
        if (said.said === "message") events.emit("message", said.message);
        else if (said.said === "error") events.emit("error", new Error(said.message));
        else if (said.said === "spawned") resolve(child(said.pid ?? undefined));
        else {
          children.delete(id);
          events.emit("exit", said.code, said.signal);
          // The thread ended before it had answered.
          resolve(child());
        }
      });
      ask({ do: "spawn", command: process.execPath, words, log });
    });
  }

  return { spawn: (words, log) => (isThere ? spawnThere(words, log) : bySelf.spawn(words, log)) };
}
