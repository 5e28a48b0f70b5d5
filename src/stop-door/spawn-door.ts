import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FromDoor, ToDoor } from "./messages.ts";

export interface DoorChild {
  readonly pid: number | null;
  send(message: ToDoor): void;
  onMessage(listener: (message: FromDoor) => void): void;
  /** Once, with how it ended in words. */
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

const first = fileURLToPath(new URL("../../bin/child.mjs", import.meta.url));
const entry = "src/stop-door/door-process.ts";
const heapMbMax = 64;
const lastWordsMax = 2_000;

/** Of those that live at once each has a file of its own for its words. */
export function doorSpawner(folder: string): () => DoorChild {
  const names = new Set<string>();
  return () => {
    let name = "stop-door.log";
    for (let no = 2; names.has(name); no++) name = `stop-door-${no}.log`;
    const child = spawnDoor(folder, name);
    names.add(name);
    child.onExit(() => names.delete(name));
    return child;
  };
}

function spawnDoor(folder: string, name: string): DoorChild {
  const logFile = join(folder, name);
  // A file, not a pipe: it must never wait for us to read.
  const log = attempt(() => {
    mkdirSync(folder, { recursive: true });
    return openSync(logFile, "w", 0o600);
  });
  const words = [`--max-old-space-size=${heapMbMax}`, "--max-semi-space-size=2", "--no-warnings", first, entry];
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", log ?? "ignore", log ?? "ignore", "ipc"],
    windowsHide: true,
  });
  if (log !== null) closeSync(log);
  let how: string | null = null;
  const listeners: ((how: string) => void)[] = [];
  const ended = (text: string) => {
    if (how !== null) return;
    const said = attempt(() => readFileSync(logFile, "utf8").trim().slice(-lastWordsMax));
    how = said ? `${text}: ${said}` : text;
    for (const listener of listeners) listener(how);
  };
  child.once("error", (error) => ended(error.message));
  child.once("exit", (code, signal) => ended(signal ?? `exit ${code}`));
  return {
    pid: child.pid ?? null,
    send: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (listener) => void child.on("message", listener),
    onExit(listener) {
      if (how !== null) listener(how);
      else listeners.push(listener);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
