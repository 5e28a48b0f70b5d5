/** Gives a new connection its place among the others and its guards, then hands it to aedes. */
import type { Socket } from "node:net";
import type { BrokerDesk, Visitor } from "./broker-desk.ts";
import { guardSocket } from "./guard-socket.ts";

const keepAliveMs = 30_000;

interface Receiving {
  /** This process was stopped a moment ago. */
  wasHeld(): boolean;
  handle(socket: Socket): void;
}

export function receiveSocket(socket: Socket, desk: BrokerDesk, { wasHeld, handle }: Receiving): void {
  const address = socket.remoteAddress ?? "";
  socket.on("error", () => {});
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveMs);
  desk.sockets.add(socket);
  const place = desk.places.enter(address, (why) => {
    desk.refuse(why, address);
    socket.destroy();
  });
  const guarded = guardSocket(socket, {
    turns: desk.turns,
    wasHeld,
    onFault: (fault) => void desk.refuse(fault, address),
  });
  const visitor: Visitor = { ...guarded, address, place, rights: null, claimed: null };
  desk.visitors.set(socket, visitor);
  socket.once("close", () => {
    desk.sockets.delete(socket);
    place.leave();
  });
  handle(socket);
}
