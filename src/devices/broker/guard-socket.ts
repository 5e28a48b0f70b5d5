/** Puts the packet gate before what aedes reads, and a limit behind what it writes. */
import type { Socket } from "node:net";
import { createPacketGate, type PacketGate } from "./packet-gate.ts";
import type { ReadTurns } from "./read-turns.ts";

/** A client that lets this much pile up is dropped at once, instead of holding everybody else for drainTimeout (probe 5). */
export const pendingBytesMax = 1024 * 1024;

export interface GuardedSocket {
  gate: PacketGate;
  /** From now on it stands in line with the other readers. */
  takeTurns(): void;
}

export interface GuardOptions {
  turns: ReadTurns;
  /** True when this process was stopped for a while: whatever waits in its sockets is old. */
  wasHeld(): boolean;
  onFault(fault: string): void;
}

export function guardSocket(socket: Socket, { turns, wasHeld, onFault }: GuardOptions): GuardedSocket {
  const gate = createPacketGate();
  let isReader = false;
  // aedes only reads by `read(null)` on "readable": what the gate refuses never reaches its parser.
  const read = socket.read.bind(socket);
  const again = () => {
    if (!socket.destroyed && socket.readableLength > 0) socket.emit("readable");
  };
  socket.read = (size?: number) => {
    if (wasHeld()) return null;
    if (isReader && socket.readableLength > 0 && !turns.mayRead(again)) return null;
    // All that is there, never a part: aedes asks for more while it still parses, and would mix them up. It is some 80 KB at most.
    const bytes: Buffer | null = read(size);
    if (bytes === null) return null;
    const fault = gate.take(bytes);
    if (fault === null) return bytes;
    onFault(fault);
    socket.destroy();
    return null;
  };
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]) => {
    write(...args);
    if (socket.writableLength > pendingBytesMax && !socket.destroyed) {
      onFault("too slow a reader");
      socket.destroy();
    }
    return true;
  };
  return {
    gate,
    takeTurns() {
      isReader = true;
    },
  };
}
