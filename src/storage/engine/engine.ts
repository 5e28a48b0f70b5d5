/** One connection to an engine in the PostgreSQL wire protocol. */
export interface WireLink {
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface WireListener {
  onBytes(bytes: Buffer): void;
  /** The engine closed the connection, with an error if the engine stopped. */
  onEnd(error?: Error): void;
}

/** An embedded PostgreSQL that speaks the wire protocol: in a worker thread, or in memory beside the caller. */
export interface Engine {
  /** All links share one backend: a new link takes the session over. */
  link(listener: WireListener): WireLink;
  close(): Promise<void>;
}

/** Runs one complete frontend message and passes on the backend's answer, synchronously, in pieces. */
export type ExecuteMessage = (message: Uint8Array, onBytes: (bytes: Uint8Array) => void) => void;
