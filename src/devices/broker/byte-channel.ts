/** A two-way byte channel: either the pipe to the broker's process, or two ends within one process. */
import type { Duplex } from "node:stream";

export interface ByteChannel {
  write(bytes: Uint8Array): void;
  /** Bytes written but not yet sent; grows while the other side is held. */
  readonly pendingBytes: number;
  onBytes(listener: (bytes: Buffer) => void): void;
  onClosed(listener: () => void): void;
  close(): void;
}

export function pipeChannel(pipe: Duplex): ByteChannel {
  const closed: (() => void)[] = [];
  pipe.on("error", () => pipe.destroy());
  pipe.once("close", () => {
    for (const listener of closed) listener();
  });
  pipe.once("end", () => pipe.destroy());
  return {
    write(bytes) {
      if (!pipe.destroyed) pipe.write(bytes);
    },
    get pendingBytes() {
      return pipe.writableLength;
    },
    onBytes: (listener) => void pipe.on("data", listener),
    onClosed: (listener) => void closed.push(listener),
    close: () => void pipe.destroy(),
  };
}

/** Both ends in one process: bytes arrive in order, and never inside the writer's own call. */
export function memoryChannels(): [ByteChannel, ByteChannel] {
  const ends = [memoryEnd(), memoryEnd()] as const;
  const [one, other] = ends;
  one.far = other;
  other.far = one;
  return [one.channel, other.channel];
}

interface MemoryEnd {
  channel: ByteChannel;
  far: MemoryEnd | null;
  take(bytes: Buffer): void;
  end(): void;
}

function memoryEnd(): MemoryEnd {
  const listeners: ((bytes: Buffer) => void)[] = [];
  const closed: (() => void)[] = [];
  let isClosed = false;
  let pendingBytes = 0;
  const end: MemoryEnd = {
    far: null,
    take(bytes) {
      if (isClosed) return;
      for (const listener of listeners) listener(bytes);
    },
    end() {
      if (isClosed) return;
      isClosed = true;
      for (const listener of closed) listener();
      end.far?.end();
    },
    channel: {
      write(bytes) {
        if (isClosed) return;
        pendingBytes += bytes.length;
        queueMicrotask(() => {
          pendingBytes -= bytes.length;
          end.far?.take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        });
      },
      get pendingBytes() {
        return pendingBytes;
      },
      onBytes: (listener) => void listeners.push(listener),
      onClosed: (listener) => void closed.push(listener),
      close: () => end.end(),
    },
  };
  return end;
}
