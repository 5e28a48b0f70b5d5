/** A line with speed: bytes take their time both ways, all devices hear the host, two that send at once garble each other. */
import type { Chance } from "../../src/clock/chance.ts";
import type { Clock } from "../../src/clock/clock.ts";

/** The host's end: a pty, a socket, or an array in a test. */
export interface Wire {
  write(bytes: Uint8Array): void;
  onBytes(fn: (bytes: Uint8Array) => void): void;
}

export interface LineEnd {
  hear(bytes: Uint8Array, atMs: number): void;
}

/** One device on the line. `say` sends after the device's earlier bytes. */
export interface LineNode {
  id: string;
  /** Speed it listens at now; null = not a serial device (Modbus TCP). */
  baud(): number | null;
  connect(say: (bytes: Uint8Array) => void): LineEnd;
}

/** Faults at the wire, changed while running. */
export interface LineFaults {
  /** Chance that a byte is lost, or replaced by another one, in either direction. */
  lossChance: number;
  noiseChance: number;
}

export interface LineOptions {
  clock: Clock;
  chance: Chance;
  wire: Wire;
  nodes: readonly LineNode[];
  faults: LineFaults;
  /** Speed of the host's end; null = it cannot be wrong. Read when bytes arrive. */
  hostBaud?: () => number | null;
}

export interface Line {
  close(): void;
}

/** 8N1: ten bits a byte. */
export function bytesMs(bytes: number, baud: number): number {
  return (bytes * 10_000) / baud;
}

export function openLine({ clock, chance, wire, nodes, faults, hostBaud = () => null }: LineOptions): Line {
  let isOpen = true;
  let hostFreeAtMs = 0;
  let talker: LineNode | null = null;
  let lineFreeAtMs = 0;

  const ends = nodes.map((node) => ({ node, end: node.connect((bytes) => say(node, bytes)) }));

  function say(node: LineNode, bytes: Uint8Array): void {
    if (!isOpen || bytes.length === 0) return;
    const baud = node.baud();
    const nowMs = clock.nowMs();
    const collides = talker !== null && talker !== node && lineFreeAtMs > nowMs;
    talker = node;
    lineFreeAtMs = Math.max(lineFreeAtMs, nowMs) + (baud ? bytesMs(bytes.length, baud) : 0);
    const hurt = damage(collides ? bytes.map((byte) => byte ^ (1 + chance.below(255))) : bytes);
    const send = () => {
      if (!isOpen) return;
      const speed = hostBaud();
      // At the wrong speed a host receives nothing usable; here that is silence.
      if (speed !== null && baud !== null && speed !== baud) return;
      if (hurt.length > 0) wire.write(hurt);
    };
    if (lineFreeAtMs <= nowMs) send();
    else clock.after(lineFreeAtMs - nowMs, send);
  }

  function damage(bytes: Uint8Array): Uint8Array {
    if (faults.lossChance === 0 && faults.noiseChance === 0) return bytes;
    const hurt: number[] = [];
    for (const byte of bytes) {
      if (chance.next() < faults.lossChance) continue;
      hurt.push(chance.next() < faults.noiseChance ? chance.below(256) : byte);
    }
    return Uint8Array.from(hurt);
  }

  wire.onBytes((bytes) => {
    if (!isOpen || bytes.length === 0) return;
    const nowMs = clock.nowMs();
    const speed = hostBaud() ?? ends[0]?.node.baud() ?? null;
    hostFreeAtMs = Math.max(hostFreeAtMs, nowMs) + (speed ? bytesMs(bytes.length, speed) : 0);
    const heard = damage(bytes);
    const deliver = () => {
      if (!isOpen) return;
      for (const { node, end } of ends) {
        const baud = node.baud();
        if (speed === null || baud === null || speed === baud) end.hear(heard, clock.nowMs());
      }
    };
    if (hostFreeAtMs <= nowMs) deliver();
    else clock.after(hostFreeAtMs - nowMs, deliver);
  });

  return {
    close() {
      isOpen = false;
    },
  };
}
