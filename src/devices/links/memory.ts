/** Two ends of a line in memory, driven by the clock: simulations and tests use it as the wire of the real drivers. */
import type { Clock } from "../../clock/clock.ts";
import { type ByteLink, linkLost } from "./byte-link.ts";

export interface MemoryEnd extends ByteLink {
  /** Pulls the plug: both ends go down, and `open` fails until `replug`. */
  unplug(): void;
  replug(): void;
}

export interface MemoryLineOptions {
  clock: Clock;
  name?: string;
  /** Delay from the first byte sent to the first received. */
  latencyMs?: number;
  /** 8N1 bit rate at which bytes travel; left out: at once. */
  baud?: number;
}

/** The near end is the gateway's, the far end the device's. */
export function memoryLine(options: MemoryLineOptions): { near: MemoryEnd; far: MemoryEnd } {
  const { clock, latencyMs = 0, baud } = options;
  const name = options.name ?? "memory";
  let plugged = true;

  interface End extends MemoryEnd {
    receive(bytes: Uint8Array): void;
    lose(): void;
  }

  function makeEnd(label: string, other: () => End): End {
    let isOpen = false;
    let lineFreeAtMs = 0;
    let bytesListener: (bytes: Uint8Array) => void = () => {};
    let downListener: (reason: ReturnType<typeof linkLost>) => void = () => {};
    return {
      name: `${name}/${label}`,
      get isOpen() {
        return isOpen;
      },
      open() {
        if (!plugged) return Promise.reject(linkLost(name, "unplugged"));
        isOpen = true;
        return Promise.resolve();
      },
      close() {
        isOpen = false;
        return Promise.resolve();
      },
      write(bytes) {
        if (!isOpen) return Promise.reject(linkLost(name, "not open"));
        const copy = bytes.slice();
        const sendMs = baud ? (bytes.length * 10_000) / baud : 0;
        const startMs = Math.max(clock.monoMs(), lineFreeAtMs);
        lineFreeAtMs = startMs + sendMs;
        clock.after(lineFreeAtMs + latencyMs - clock.monoMs(), () => {
          if (plugged) other().receive(copy);
        });
        return Promise.resolve();
      },
      onBytes(listener) {
        bytesListener = listener;
      },
      onDown(listener) {
        downListener = listener;
      },
      receive(bytes) {
        if (isOpen) bytesListener(bytes);
      },
      lose() {
        if (!isOpen) return;
        isOpen = false;
        downListener(linkLost(name, "unplugged"));
      },
      unplug() {
        plugged = false;
        near.lose();
        far.lose();
      },
      replug() {
        plugged = true;
      },
    };
  }

  const near: End = makeEnd("near", () => far);
  const far: End = makeEnd("far", () => near);
  return { near, far };
}
