/** Lets everything that needs no virtual time come to rest: promise chains, and the database behind its in-memory socket. */
import { WireSocket } from "../../src/storage/engine/wire-socket.ts";

const nextTurn = setImmediate;
/** postgres.js hands its writes to the next turn: one turn without a write may precede one, two in a row may not. */
const quietTurnsMin = 2;
const turnsMax = 200_000;

let writes = 0;
const write = WireSocket.prototype._write;
WireSocket.prototype._write = function (this: WireSocket, ...args: Parameters<typeof write>) {
  writes++;
  write.apply(this, args);
};

/** How often anybody has spoken to the database so far: unchanged means that no row can have changed. */
export function databaseWrites(): number {
  return writes;
}

export async function settle(): Promise<void> {
  let quietTurns = 0;
  for (let turn = 0; quietTurns < quietTurnsMin; turn++) {
    if (turn > turnsMax) throw new Error("the database never comes to rest");
    const before = writes;
    await new Promise((resolve) => nextTurn(resolve));
    quietTurns = writes === before ? quietTurns + 1 : 0;
  }
}
