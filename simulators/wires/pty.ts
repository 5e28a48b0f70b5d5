/**
 * A serial port made of a pty: socat owns the master, its other side is this process. The link survives when the gateway closes
 * and reopens its end, because the twin itself keeps the slave open; killing socat unplugs it.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, constants, existsSync, openSync, rmSync } from "node:fs";
import type { Clock } from "../../src/clock/clock.ts";
import { sleep } from "../../src/clock/clock.ts";
import type { Wire } from "./line.ts";
import { lineSpeed } from "./line-speed.ts";

export interface PtyWire extends Wire {
  path: string;
  /** The recent speed that the gateway set on its end; null before the first query. */
  hostBaud(): number | null;
  /** socat ended by itself or was killed. */
  onClosed(fn: () => void): void;
  close(): void;
}

const openTimeoutMs = 5000;
const pollMs = 10;
/** An older speed is queried again before anything is heard. */
const speedFreshMs = 200;
const pendingBytesMax = 64 * 1024;

export function hasSocat(): Promise<boolean> {
  return new Promise((resolve) => execFile("socat", ["-V"], (error) => resolve(!error)));
}

export async function openPty(path: string, clock: Clock): Promise<PtyWire> {
  rmSync(path, { force: true });
  // In a process group of its own: a terminal's signal would unplug it before motion has ended. It ends with our pipe.
  const child = spawn("socat", [`pty,raw,echo=0,link=${path}`, "stdio"], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const failure = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`socat ended with ${code} before ${path} was there`)));
  });
  failure.catch(() => {});
  for (let waitedMs = 0; !existsSync(path); waitedMs += pollMs) {
    if (waitedMs > openTimeoutMs) {
      child.kill("SIGKILL");
      throw new Error(`no pty at ${path} after ${openTimeoutMs} ms`);
    }
    await Promise.race([sleep(clock, pollMs), failure]);
  }
  return wireOf(child, path, openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK), clock);
}

function wireOf(child: ChildProcess, path: string, slave: number, clock: Clock): PtyWire {
  let isOpen = true;
  const speed = lineSpeed(path);
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let pending: Buffer[] = [];
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const closedFns: (() => void)[] = [];

  function deliver(): void {
    const chunks = pending;
    pending = [];
    if (isOpen) for (const bytes of chunks) for (const fn of listeners) fn(bytes);
  }

  child.stdout?.on("data", (bytes: Buffer) => {
    if (pending.reduce((sum, part) => sum + part.length, 0) > pendingBytesMax) pending = [];
    pending.push(bytes);
    if (isAsking) return;
    const nowMs = clock.nowMs();
    if (nowMs - askedAtMs < speedFreshMs) {
      deliver();
      return;
    }
    isAsking = true;
    void speed.ask().then(() => {
      askedAtMs = clock.nowMs();
      isAsking = false;
      deliver();
    });
  });
  child.stdin?.on("error", () => {});

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    child.kill("SIGKILL");
    speed.close();
    closeSync(slave);
    rmSync(path, { force: true });
    for (const fn of closedFns) fn();
  }
  child.once("exit", close);

  return {
    path,
    write(bytes) {
      if (isOpen) child.stdin?.write(bytes);
    },
    onBytes: (fn) => void listeners.push(fn),
    hostBaud: () => speed.last(),
    onClosed: (fn) => void closedFns.push(fn),
    close,
  };
}
