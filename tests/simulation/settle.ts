/** Lets everything that needs no virtual time settle: promise chains, and the database behind its in-memory socket. */
import { WireSocket } from "../../src/storage/engine/wire-socket.ts";

const nextTurn = setImmediate;
/** postgres.js writes in the next turn: one turn without a write may precede a write, two in a row may not. */
const quietTurnsMin = 2;
const turnsMax = 200_000;

let writes = 0;
const write = WireSocket.prototype._write;
WireSocket.prototype._write = function (this: WireSocket, ...args: Parameters<typeof write>) {
  writes++;
  write.apply(this, args);
};

/** Number of writes to the database so far: if it is unchanged, no row can have changed. */
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
