const readyForQuery = 0x5a; // Message type Z
const errorResponse = 0x45; // Message type E

/** Pieces are passed on at this size, so that a large result does not pile up in the engine. */
const pieceBytes = 256 * 1024;

export interface BackendAnswer {
  push(bytes: Uint8Array): void;
  /** The remaining bytes, without a closing ReadyForQuery. */
  finish(): { rest: Buffer; sawError: boolean; readyStatus: number | null };
}

/**
 * Parses the backend's answer to one frontend message. Message: type (1), length (4, itself included), body (PostgreSQL manual
 * 54.1). ReadyForQuery is removed, because PGlite also sends it where PostgreSQL does not.
 */
export function backendAnswer(onPiece: (bytes: Buffer) => void): BackendAnswer {
  let chunks: Buffer[] = [];
  let size = 0;
  let sawError = false;
  let readyStatus: number | null = null;

  function takeComplete(): Buffer {
    const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    const kept: Buffer[] = [];
    let from = 0;
    let at = 0;
    while (all.length - at >= 5) {
      const end = at + 1 + all.readUInt32BE(at + 1);
      if (end > all.length) break;
      if (all[at] === errorResponse) sawError = true;
      if (all[at] === readyForQuery) {
        readyStatus = all[at + 5] as number;
        if (at > from) kept.push(all.subarray(from, at));
        from = end;
      }
      at = end;
    }
    if (at > from) kept.push(all.subarray(from, at));
    chunks = at < all.length ? [all.subarray(at)] : [];
    size = all.length - at;
    return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
  }

  return {
    push(bytes) {
      // Copied, because the bytes are a view into the engine's memory.
      chunks.push(Buffer.from(bytes));
      size += bytes.length;
      if (size < pieceBytes) return;
      const piece = takeComplete();
      if (piece.length > 0) onPiece(piece);
    },
    finish() {
      const rest = takeComplete();
      return { rest, sawError, readyStatus };
    },
  };
}
