/** A TCP line between a gateway and a controller on Modbus TCP, on which every request is recorded. */
import { connect, createServer, type Socket } from "node:net";
import { createMbapParser, decodeRequestPdu, type ModbusRequest } from "../../firmware-protocols/modbus/index.ts";

export interface HeardRequest {
  /** Number of the connection. */
  line: number;
  unit: number;
  request: ModbusRequest;
  /** By performance.now() of this process. */
  atMs: number;
}

export interface WireTap {
  port: number;
  heard: HeardRequest[];
  close(): Promise<void>;
}

export async function wireTap(port: number): Promise<WireTap> {
  const sockets = new Set<Socket>();
  const heard: HeardRequest[] = [];
  let lines = 0;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    const line = ++lines;
    const parser = createMbapParser();
    near.on("data", (bytes) => {
      const atMs = performance.now();
      for (const piece of parser.push(bytes, atMs)) {
        const request = piece.kind === "frame" ? decodeRequestPdu(piece.frame.pdu) : null;
        if (piece.kind === "frame" && typeof request === "object" && request)
          heard.push({ line, unit: piece.frame.unit, request, atMs });
      }
      far.write(bytes);
    });
    far.on("data", (bytes) => near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as { port: number };
  return {
    port: own,
    heard,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
