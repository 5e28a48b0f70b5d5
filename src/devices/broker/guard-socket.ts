/** Puts the packet gate in front of what aedes reads, and a limit on the bytes that it has written but not sent. */
import type { Socket } from "node:net";
import { createPacketGate, type PacketGate } from "./packet-gate.ts";
import type { ReadTurns } from "./read-turns.ts";

/**
 * A client with this many unsent bytes is dropped at once; otherwise it would hold everybody else up for drainTimeout (probe 5).
 */
export const pendingBytesMax = 1024 * 1024;

export interface GuardedSocket {
  gate: PacketGate;
  /** From now on this socket takes turns with the other readers. */
  takeTurns(): void;
}

export interface GuardOptions {
  turns: ReadTurns;
  /** True when this process was stopped for a while, so that whatever waits in its sockets is old. */
  wasHeld(): boolean;
  onFault(fault: string): void;
}

export function guardSocket(socket: Socket, { turns, wasHeld, onFault }: GuardOptions): GuardedSocket {
  const gate = createPacketGate();
  let isReader = false;
  // aedes only reads by `read(null)` on "readable", so bytes that the gate refuses never reach its parser.
  const read = socket.read.bind(socket);
  const again = () => {
    if (!socket.destroyed && socket.readableLength > 0) socket.emit("readable");
  };
  socket.read = (size?: number) => {
    if (wasHeld()) return null;
    if (isReader && socket.readableLength > 0 && !turns.mayRead(again)) return null;
    // Always returns all available bytes (some 80 KB at most): aedes asks again while it still parses, and would mix up parts.
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
