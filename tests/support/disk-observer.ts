import { fstatSync, lstatSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { NodeFileSystem } from "../../src/storage/engine/durable-files.ts";
import { counter } from "../../src/storage/engine/worker-messages.ts";

/** One change on the disk, in order; `ino` identifies files that are renamed or removed while open. */
export type DiskChange =
  | { op: "create"; path: string; ino: number; isFolder: boolean }
  | { op: "rename"; from: string; to: string }
  | { op: "remove"; path: string }
  | { op: "write"; ino: number; at: number; bytes: number }
  | { op: "resize"; ino: number; size: number }
  | { op: "sync"; ino: number };

type Any = (...args: never[]) => unknown;

/** Loaded inside the engine's worker: appends every change to the file named in this module's own address (?trace=). */
export function observe(files: NodeFileSystem, counters: Int32Array): void {
  const trace = openSync(new URL(import.meta.url).searchParams.get("trace") as string, "a");

  function note(change: DiskChange, content?: Uint8Array) {
    const text = Buffer.from(JSON.stringify(change));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(text.length);
    writeSync(trace, Buffer.concat(content ? [head, text, content] : [head, text]));
    Atomics.add(counters, counter.observed, 1);
  }
  /** Replaces one operation: `around` gets the original and its arguments, typed as emscripten passes them. */
  function wrap<Args extends unknown[]>(
    ops: Record<string, Any>,
    name: string,
    around: (run: () => unknown, ...args: Args) => void,
  ) {
    const original = ops[name] as (...args: unknown[]) => unknown;
    ops[name] = ((...args: unknown[]) => {
      let result: unknown;
      around(
        () => {
          result = original(...args);
          return result;
        },
        ...(args as Args),
      );
      return result;
    }) as Any;
  }
  const below = (parent: unknown, name: string) => join(files.realPath(parent), name);

  wrap<[unknown, string]>(files.node_ops, "mknod", (run, parent, name) => {
    run();
    const path = below(parent, name);
    const stat = lstatSync(path);
    note({ op: "create", path, ino: stat.ino, isFolder: stat.isDirectory() });
  });
  wrap<[unknown, unknown, string]>(files.node_ops, "rename", (run, node, folder, name) => {
    const from = files.realPath(node);
    run();
    note({ op: "rename", from, to: below(folder, name) });
  });
  for (const removal of ["unlink", "rmdir"])
    wrap<[unknown, string]>(files.node_ops, removal, (run, parent, name) => {
      const path = below(parent, name);
      run();
      note({ op: "remove", path });
    });
  wrap<[unknown, { size?: number }]>(files.node_ops, "setattr", (run, node, attr) => {
    run();
    if (attr.size !== undefined) note({ op: "resize", ino: lstatSync(files.realPath(node)).ino, size: attr.size });
  });
  wrap<[{ nfd: number }, { size?: number }]>(files.stream_ops, "setattr", (run, file, attr) => {
    run();
    if (attr.size !== undefined) note({ op: "resize", ino: fstatSync(file.nfd).ino, size: attr.size });
  });
  wrap<[{ nfd: number }, Uint8Array, number, number, number]>(
    files.stream_ops,
    "write",
    (run, file, buffer, offset, _length, at) => {
      const bytes = run() as number;
      const view = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, bytes);
      note({ op: "write", ino: fstatSync(file.nfd).ino, at, bytes }, view);
    },
  );
  wrap<[{ nfd: number }]>(files.stream_ops, "fsync", (run, file) => {
    run();
    note({ op: "sync", ino: fstatSync(file.nfd).ino });
  });
}
