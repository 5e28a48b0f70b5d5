import { fsyncSync } from "node:fs";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** The part of emscripten's NODEFS that decides what reaches the disk; pinned to PGlite 0.5.16. */
export interface NodeFileSystem {
  node_ops: Record<string, (...args: never[]) => unknown>;
  stream_ops: Record<string, (...args: never[]) => unknown>;
  realPath(node: unknown): string;
}

export interface DurableFilesHooks {
  /** After a failed sync the kernel may have dropped its buffered data: the engine must stop, not retry. */
  onSyncFailed(error: Error): never;
  onSynced?(): void;
  onWritten?(path: string, bytes: number): void;
  /** Called after every change on the disk; used by tests that simulate a power loss. */
  observe?(files: NodeFileSystem): void;
}

interface OpenFile {
  nfd: number;
  node: unknown;
}

/** Some systems cannot sync folders (Windows refuses); there the file system alone is responsible for their entries. */
const unsyncable = new Set(["EISDIR", "EPERM", "EINVAL", "EBADF"]);

/**
 * PGlite's file system on Node has no fsync, so fd_sync does nothing, and a power cut would lose acknowledged rows and whole
 * folders. This class makes the stream's fsync call the real one on the file's descriptor; tests/storage/open-database.test.ts
 * counts the calls.
 */
export class DurableFiles extends NodeFS {
  readonly #hooks: DurableFilesHooks;

  constructor(folder: string, hooks: DurableFilesHooks) {
    super(folder);
    this.#hooks = hooks;
  }

  override async init(pg: PGlite, opts: Parameters<NodeFS["init"]>[1]): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, opts);
    const addSync = (module: unknown) => {
      const files = (module as { NODEFS: NodeFileSystem }).NODEFS;
      addFsync(files, this.#hooks);
      this.#hooks.observe?.(files);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  }
}

function addFsync(files: NodeFileSystem, hooks: DurableFilesHooks): void {
  const write = files.stream_ops.write as (...args: unknown[]) => number;
  files.stream_ops.write = ((file: OpenFile, ...rest: unknown[]) => {
    const written = write(file, ...rest);
    hooks.onWritten?.(files.realPath(file.node), written);
    return written;
  }) as never;
  files.stream_ops.fsync = ((file: OpenFile) => {
    try {
      fsyncSync(file.nfd);
    } catch (error) {
      if (!unsyncable.has((error as NodeJS.ErrnoException).code ?? "")) hooks.onSyncFailed(error as Error);
    }
    hooks.onSynced?.();
    return 0;
  }) as never;
}
