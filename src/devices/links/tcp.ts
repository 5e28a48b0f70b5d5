/** A TCP socket: a networked reader (port 4001), a serial device server, or Modbus TCP. */
import { connect, type Socket } from "node:net";
import { Refusal } from "../../contract/errors.ts";
import { type ByteLink, linkLost, openRefusal, openTimeoutMs, pendingBytesMax } from "./byte-link.ts";

export interface TcpSpec {
  host: string;
  port: number;
}

/** A peer that vanished silently is noticed first by the bus's own timeouts; this frees the socket. */
const keepAliveMs = 10_000;

/** The reason shown when the far side closed the line, as a serial server does with the older of two connections. */
export const closedThere = "closed by the device";

export function tcpLink(spec: TcpSpec): ByteLink {
  const address = `${spec.host}:${spec.port}`;
  let socket: Socket | null = null;
  let bytesListener: (bytes: Uint8Array) => void = () => {};
  let downListener: (reason: Refusal) => void = () => {};

  function goDown(which: Socket, detail: string): void {
    if (socket !== which) return;
    socket = null;
    which.destroy();
    downListener(linkLost(address, detail));
  }

  return {
    name: address,
    get isOpen() {
      return socket !== null;
    },
    open() {
      return new Promise((resolve, reject) => {
        const opening = connect({
          host: spec.host,
          port: spec.port,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: keepAliveMs,
        });
        opening.setTimeout(openTimeoutMs, () => {
          opening.destroy();
          reject(new Refusal("link-timeout", { address, limitMs: openTimeoutMs }));
        });
        opening.on("error", (error) => {
          if (socket === opening) goDown(opening, error.message);
          else reject(openRefusal(address, error));
        });
        opening.on("connect", () => {
          opening.setTimeout(0);
          socket = opening;
          resolve();
        });
        opening.on("data", (bytes) => {
          if (socket === opening) bytesListener(bytes);
        });
        opening.on("end", () => goDown(opening, closedThere));
        opening.on("close", () => {
          if (socket === opening) goDown(opening, "closed");
          else reject(linkLost(address, "closed"));
        });
      });
    },
    close() {
      const closing = socket;
      socket = null;
      if (!closing || closing.destroyed) return Promise.resolve();
      return new Promise((resolve) => {
        closing.once("close", () => resolve());
        closing.destroy();
      });
    },
    write(bytes) {
      const open = socket;
      if (!open) return Promise.reject(linkLost(address, "not open"));
      if (open.writableLength + bytes.length > pendingBytesMax) {
        return Promise.reject(new Refusal("link-congested", { address, limitBytes: pendingBytesMax }));
      }
      return new Promise((resolve, reject) => {
        open.write(bytes, (error) => (error ? reject(linkLost(address, error.message)) : resolve()));
      });
    },
    onBytes(listener) {
      bytesListener = listener;
    },
    onDown(listener) {
      downListener = listener;
    },
  };
}
