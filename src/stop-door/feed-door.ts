/** One door process as the gateway feeds it: told who may come, whole at first, then the newest of what changes, and when to listen. */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { CallerCopy } from "./caller-copy.ts";
import { type DoorCounts, type DoorOpening, type FromDoor, noCounts } from "./messages.ts";
import type { DoorChild } from "./spawn-door.ts";

export interface FedDoor {
  readonly pid: number | null;
  /** Resolves with the port when it listens there; refuses with listen-port-in-use. It knows everybody by then. */
  listen(port: number): Promise<number>;
  /** Somebody of the copy is not what the door was told. */
  changed(hash: string): void;
  consoleAt(port: number): void;
  counts(): DoorCounts;
  look(): void;
  /** It has been told everybody, and took it. */
  isReady(): boolean;
  /** It says nothing: it is held, or does not come up. */
  isSilent(): boolean;
  /** We were held ourselves: what it said meanwhile is still to be read. */
  forgive(): void;
  kill(): void;
  /** Resolves when it has ended; killed after `msMax`. */
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
/** Nothing heard for so long: it is held, and another takes its place. */
const silentMsMax = 3_000;
/** More in one message would hold up both. */
const changesMax = 500;

export function feedDoor({ child, clock, copy, opening, consolePort }: FeedDoorDeps): FedDoor {
  /** What it has not been told yet. */
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
