import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FirstChild, FirstSpawner } from "../spawn-first.ts";
import type { FromDoor, ToDoor } from "./messages.ts";

export interface DoorChild {
  readonly pid: number | null;
  send(message: ToDoor): void;
  onMessage(listener: (message: FromDoor) => void): void;
  /** Called once, with a description of how it ended. */
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

const first = fileURLToPath(new URL("../../bin/child.mjs", import.meta.url));
const entry = "src/stop-door/door-process.ts";
const heapMbMax = 64;
const lastWordsMax = 2_000;

/** Each live process has its own file for stderr. */
export function doorSpawner(folder: string, spawner: FirstSpawner): () => DoorChild {
  const names = new Set<string>();
  return () => {
    let name = "stop-door.log";
    for (let no = 2; names.has(name); no++) name = `stop-door-${no}.log`;
    const child = spawnDoor(folder, name, spawner);
    names.add(name);
    child.onExit(() => names.delete(name));
    return child;
  };
}

/** Returns at once; messages sent before the process is up wait for it, in order. */
function spawnDoor(folder: string, name: string, spawner: FirstSpawner): DoorChild {
  const logFile = join(folder, name);
  // A file instead of a pipe, so that the door never waits for us to read.
  const log = attempt(() => {
    mkdirSync(folder, { recursive: true });
    return openSync(logFile, "w", 0o600);
  });
  const words = [`--max-old-space-size=${heapMbMax}`, "--max-semi-space-size=2", "--no-warnings", first, entry];
  const coming = spawner.spawn(words, log ?? "ignore");
  let pid: number | null = null;
  let how: string | null = null;
  const listeners: ((how: string) => void)[] = [];
  const ended = (text: string) => {
    if (how !== null) return;
    const said = attempt(() => readFileSync(logFile, "utf8").trim().slice(-lastWordsMax));
    how = said ? `${text}: ${said}` : text;
    for (const listener of listeners) listener(how);
  };
  const hears: ((message: FromDoor) => void)[] = [];
  const whenThere = (then: (child: FirstChild) => void) => void coming.then(then, () => {});
  coming
    .then(
      (child) => {
        pid = child.pid ?? null;
        child.on("error", (error) => ended(error.message));
        child.once("exit", (code, signal) => ended(signal ?? `exit ${code}`));
        child.on("message", (message) => {
          for (const listener of hears) listener(message as FromDoor);
        });
        // The error event with the reason came before anybody listened.
        if (pid === null) ended("spawn");
      },
      (error: Error) => ended(error.message),
    )
    .finally(() => log !== null && closeSync(log));
  return {
    get pid() {
      return pid;
    },
    send: (message) => whenThere((child) => child.send(message, () => {})),
    onMessage: (listener) => void hears.push(listener),
    onExit(listener) {
      if (how !== null) listener(how);
      else listeners.push(listener);
    },
    kill: () => whenThere((child) => child.kill("SIGKILL")),
  };
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
