import { spawn } from "node:child_process";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { type ByteChannel, pipeChannel } from "./byte-channel.ts";

export interface BrokerChild {
  readonly pid: number | null;
  channel: ByteChannel;
  /** Once, with how it ended in words. */
  onExit(listener: (how: string) => void): void;
  /** What it wrote on stderr before it died. */
  lastWords(): string;
  kill(): void;
  /** In order, and after `msMax` at once. */
  end(msMax: number): Promise<void>;
}

const first = fileURLToPath(new URL("../../../bin/child.mjs", import.meta.url));
const entry = "src/devices/broker/serve-broker.ts";
const heapMbMax = 128;
const lastWordsMax = 2_000;
const lastWordsMsMax = 200;

/** In a process group of its own, and with a pipe as stdin that closes when this process is gone. */
export function spawnBroker(): BrokerChild {
  const words = [`--max-old-space-size=${heapMbMax}`, "--max-semi-space-size=4", "--no-warnings", first, entry];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "ignore", "pipe", "pipe"], detached: true });
  // Heard before anything else is asked of it: without a descriptor left it has no pipes, and says so only by this event.
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
  // What it said last, of the fault that ended it, may still be in its pipe when it is gone.
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
