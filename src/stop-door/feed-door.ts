/** Feeds one door process: first the whole list of callers, then the newest changes, and when to listen. */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { CallerCopy } from "./caller-copy.ts";
import { type DoorCounts, type DoorOpening, type FromDoor, noCounts } from "./messages.ts";
import type { DoorChild } from "./spawn-door.ts";

export interface FedDoor {
  readonly pid: number | null;
  /** Resolves with the port when it listens, with the complete list; refuses with listen-port-in-use. */
  listen(port: number): Promise<number>;
  /** A caller's entry differs from what the door was sent. */
  changed(hash: string): void;
  consoleAt(port: number): void;
  counts(): DoorCounts;
  look(): void;
  /** The door has acknowledged the whole list. */
  isReady(): boolean;
  /** The door sends nothing: it is held, or does not start. */
  isSilent(): boolean;
  /** The gateway itself was held: what the door sent meanwhile has yet to be read. */
  forgive(): void;
  kill(): void;
  /** Resolves when it has ended; it is killed after `msMax`. */
  close(msMax: number): Promise<void>;
}

export interface FeedDoorDeps {
  child: DoorChild;
  clock: Clock;
  copy: Pick<CallerCopy, "get" | "hashes">;
  opening: DoorOpening;
  consolePort: number | null;
}

export const bootMsMax = 30_000;
/** After this silence the door counts as held and is replaced. */
const silentMsMax = 3_000;
/** More changes in one message would hold up both processes. */
const changesMax = 500;

export function feedDoor({ child, clock, copy, opening, consolePort }: FeedDoorDeps): FedDoor {
  /** Entries that the door was not sent yet. */
  const dirty = new Set(copy.hashes());
  let isWholeTold = false;
  let isOut = false;
  let hasSpoken = false;
  let heardAtMs = clock.monoMs();
  let counts = noCounts();
  let hear: (message: FromDoor) => void = () => {};

  function push(): void {
    if (isOut || (dirty.size === 0 && isWholeTold)) return;
    const hashes = [...dirty].slice(0, changesMax);
    for (const hash of hashes) dirty.delete(hash);
    isOut = true;
    const isWhole = dirty.size === 0;
    if (isWhole) isWholeTold = true;
    child.send({ kind: "callers", changes: hashes.map((hash) => [hash, copy.get(hash)]), isWhole });
  }

  child.onMessage((message) => {
    hasSpoken = true;
    heardAtMs = clock.monoMs();
    if (message.kind === "took") {
      isOut = false;
      push();
    } else if (message.kind === "alive") counts = message.counts;
    else hear(message);
  });
  child.send(opening);
  const consoleAt = (port: number) => child.send({ kind: "console", port });
  if (consolePort !== null) consoleAt(consolePort);
  push();

  return {
    pid: child.pid,
    listen: (port) =>
      new Promise((resolve, reject) => {
        hear = (message) => {
          if (message.kind === "failed") reject(refusalOf(message, port));
          if (message.kind === "ready") resolve(message.port);
        };
        child.onExit((how) => reject(new Error(how)));
        child.send({ kind: "listen", port });
      }),
    changed(hash) {
      dirty.add(hash);
      push();
    },
    consoleAt,
    counts: () => counts,
    look: () => child.send({ kind: "look" }),
    isReady: () => isWholeTold && !isOut,
    isSilent: () => clock.monoMs() - heardAtMs > (hasSpoken ? silentMsMax : bootMsMax),
    forgive() {
      heardAtMs = clock.monoMs();
    },
    kill: child.kill,
    async close(msMax) {
      child.send({ kind: "close" });
      await new Promise<void>((resolve) => {
        const cancel = clock.after(msMax, child.kill);
        child.onExit(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}

function refusalOf({ code, detail }: Extract<FromDoor, { kind: "failed" }>, port: number): Error {
  if (code === "EADDRINUSE") return new Refusal("listen-port-in-use", { port, setting: "STOP_PORT" });
  return new Error(detail);
}
