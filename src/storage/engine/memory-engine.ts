import type { Engine } from "./engine.ts";
import { startPglite } from "./pglite-backend.ts";
import { wireSession } from "./wire-session.ts";

export interface MemoryEngine extends Engine {
  /** The whole database as a tar, which a later engine can start `from`. */
  dump(): Promise<Blob>;
}

/** PGlite in memory on the caller's thread, for simulation and fast tests; nothing survives. `from` is a dumped data folder. */
export async function startMemoryEngine(from?: Blob): Promise<MemoryEngine> {
  const backend = await startPglite({ dataDir: "memory://", ...(from ? { loadDataDir: from } : {}) });
  return {
    link(listener) {
      let open = true;
      const session = wireSession({
        execute: backend.execute,
        reply: (bytes) => open && listener.onBytes(bytes),
        end: () => open && listener.onEnd(),
      });
      return {
        // Later, never inside write(): postgres.js clears its buffer only after the socket accepted the bytes.
        send: (bytes) => queueMicrotask(() => open && session.feed(bytes)),
        close: () => {
          open = false;
        },
      };
    },
    dump: () => backend.dump(),
    close: () => backend.close(),
  };
}
