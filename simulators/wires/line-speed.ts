/** Asks a pty for the speed that its opener set. One small shell stays open for it: a process for every question is slow. */
import { spawn } from "node:child_process";

export interface LineSpeed {
  /** Last answer; null before the first. */
  last(): number | null;
  ask(): Promise<void>;
  close(): void;
}

const loop = 'while read -r _; do stty -F "$1" speed 2>/dev/null || echo 0; done';

export function lineSpeed(path: string): LineSpeed {
  const shell = spawn("sh", ["-c", loop, "sh", path], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  let speed: number | null = null;
  let asking: { promise: Promise<void>; resolve: () => void } | null = null;
  const answered = () => {
    const { resolve } = asking ?? {};
    asking = null;
    resolve?.();
  };
  shell.stdout.on("data", (text: Buffer) => {
    speed = Number(text.toString().trim()) || null;
    answered();
  });
  shell.stdin.on("error", answered);
  shell.on("error", answered);
  shell.on("exit", answered);
  return {
    last: () => speed,
    ask() {
      if (shell.exitCode !== null || shell.killed) return Promise.resolve();
      if (!asking) {
        let resolve = () => {};
        const promise = new Promise<void>((done) => {
          resolve = done;
        });
        asking = { promise, resolve };
        shell.stdin.write("\n");
      }
      return asking.promise;
    },
    close() {
      shell.kill("SIGKILL");
    },
  };
}
