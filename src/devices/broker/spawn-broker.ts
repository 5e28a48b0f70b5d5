import { spawn } from "node:child_process";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { type ByteChannel, pipeChannel } from "./byte-channel.ts";

export interface BrokerChild {
  readonly pid: number | null;
  channel: ByteChannel;
  /** Called once, with a description of how it ended. */
  onExit(listener: (how: string) => void): void;
  /** Its output on stderr before it died. */
  lastWords(): string;
  kill(): void;
  /** Closes in order, or kills it after `msMax`. */
  end(msMax: number): Promise<void>;
}

const first = fileURLToPath(new URL("../../../bin/child.mjs", import.meta.url));
const entry = "src/devices/broker/serve-broker.ts";
const heapMbMax = 128;
const lastWordsMax = 2_000;
const lastWordsMsMax = 200;

/** Spawned in its own process group, with a pipe as stdin that closes when this process is gone. */
export function spawnBroker(): BrokerChild {
  const words = [`--max-old-space-size=${heapMbMax}`, "--max-semi-space-size=4", "--no-warnings", first, entry];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "ignore", "pipe", "pipe"], detached: true });
  // Listened to first: with no file descriptor left the child has no pipes, and only this event reports it.
  child.once("error", (error) => ended(error.message));
  const listeners: ((how: string) => void)[] = [];
  let said = "";
  let how: string | null = null;
  const ended = (text: string) => {
    if (how !== null) return;
    how = text;
    for (const listener of listeners) listener(text);
  };
  child.stderr?.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-lastWordsMax);
  });
  child.stdin?.on("error", () => {});
  // Its last words about the fault may still be in the pipe when it is gone.
  child.once("exit", (code, signal) => {
    const text = signal ?? `exit ${code}`;
    const late = setTimeout(() => ended(text), lastWordsMsMax);
    child.once("close", () => {
      clearTimeout(late);
      ended(text);
    });
  });
  const gone = new Promise<void>((resolve) => listeners.push(() => resolve()));
  return {
    pid: child.pid ?? null,
    channel: pipeChannel((child.stdio?.[3] as Duplex | undefined) ?? new Duplex({ read() {} }).destroy()),
    onExit(listener) {
      if (how !== null) listener(how);
      else listeners.push(listener);
    },
    lastWords: () => said.trim(),
    kill: () => void child.kill("SIGKILL"),
    async end(msMax) {
      if (how !== null) return;
      child.stdin?.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), msMax);
      await gone;
      clearTimeout(timer);
    },
  };
}
