/** Puts the packet gate before what aedes reads, and a limit behind what it writes. */
import type { Socket } from "node:net";
import { createPacketGate, type PacketGate } from "./packet-gate.ts";

/** A client that lets this much pile up is dropped at once, instead of holding everybody else for drainTimeout (probe 5). */
export const pendingBytesMax = 1024 * 1024;

export function guardSocket(socket: Socket, onFault: (fault: string) => void): PacketGate {
  const gate = createPacketGate();
  // aedes only reads by `read(null)` on "readable": what the gate refuses never reaches its parser.
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
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
  return gate;
}
