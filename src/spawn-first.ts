/**
 * Starts children that go first, also after this process has stepped back where the system lets nobody rise. Where priority is not
 * a thread's own (not Linux) such a child comes as late as its parent.
 */
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { constants, getPriority, platform, setPriority } from "node:os";
import { Worker } from "node:worker_threads";

/** What of a ChildProcess is used; one that another thread started looks the same. */
export interface FirstChild {
  readonly pid?: number | undefined;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "message", listener: (message: unknown) => void): unknown;
  once(event: "exit", listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  send(message: object, sent: () => void): unknown;
  kill(signal: NodeJS.Signals): unknown;
}

type Said =
  | { said: "spawned"; pid: number | null }
  | { said: "error"; message: string }
  | { said: "message"; message: unknown }
  | { said: "exit"; code: number | null; signal: NodeJS.Signals | null };

export interface FirstSpawner {
  /** `log`: where its output goes, a descriptor of ours. */
  spawn(words: readonly string[], log: number | "ignore"): Promise<FirstChild>;
  /** This process goes behind its children from now on. */
  stepBack(): Promise<void>;
}

export function firstSpawner(): FirstSpawner {
  let thread: Worker | null = null;
  let nextId = 1;
  const children = new Map<number, (said: Said) => void>();

  /** As long as this process still stands at the first place. */
  async function keepThread(): Promise<void> {
    if (thread || platform() !== "linux") return;
    const made = new Worker(new URL("./spawn-first.mjs", import.meta.url));
    await once(made, "online");
    made.unref();
    thread = made;
    made.on("message", ({ id, ...said }: Said & { id: number }) => children.get(id)?.(said as Said));
    made.on("error", () => {});
    made.once("exit", () => {
      thread = null;
      for (const tell of [...children.values()]) tell({ said: "exit", code: null, signal: "SIGKILL" });
    });
  }

  function spawnByThread(by: Worker, words: readonly string[], log: number | "ignore"): Promise<FirstChild> {
    const id = nextId++;
    const events = new EventEmitter();
    const ask = (asked: object) => by.postMessage({ id, ...asked });
    return new Promise((resolve) => {
      children.set(id, (said) => {
        if (said.said === "message") events.emit("message", said.message);
        else if (said.said === "error") events.emit("error", new Error(said.message));
        else if (said.said === "exit") {
          children.delete(id);
          events.emit("exit", said.code, said.signal);
        } else {
          const child = Object.assign(events, {
            pid: said.pid ?? undefined,
            send: (message: object) => ask({ do: "send", message }),
            kill: (signal: NodeJS.Signals) => ask({ do: "kill", signal }),
          });
          child.on("error", () => {});
          resolve(child);
        }
      });
      ask({ do: "spawn", command: process.execPath, words, log });
    });
  }

  return {
    async spawn(words, log) {
      if (thread) return spawnByThread(thread, words, log);
      const child = spawn(process.execPath, words, { stdio: ["ignore", log, log, "ipc"], windowsHide: true });
      // Whoever waits for it comes too late for a start that failed; unheard, that would end this process.
      child.on("error", () => {});
      return child;
    },
    async stepBack() {
      try {
        if (getPriority() >= constants.priority.PRIORITY_BELOW_NORMAL) return;
        await keepThread();
        setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
      } catch {
        // Then both are alike.
      }
    },
  };
}
