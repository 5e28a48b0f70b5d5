import { backendAnswer } from "./backend-answer.ts";
import type { ExecuteMessage } from "./engine.ts";

const sslRequest = 80877103;
const gssRequest = 80877104;
const cancelRequest = 80877102;
const message = (letter: string) => letter.charCodeAt(0);
const [query, sync, terminate] = [message("Q"), message("S"), message("X")];
const extended = new Set(["P", "B", "D", "E", "C", "H"].map(message));
const idle = message("I");

/** Longest statement; a larger size is a broken frame. */
const messageBytesMax = 1 << 30;

export interface WireSession {
  feed(bytes: Uint8Array): void;
}

export interface WireSessionHooks {
  execute: ExecuteMessage;
  reply(bytes: Buffer): void;
  end(): void;
  /** Called between two statements; `status` is ReadyForQuery's letter: I idle, T in a transaction, E in a failed one. */
  onReady?(status: string): void;
}

/**
 * The server's half of the PostgreSQL wire protocol (manual 54.2) in front of PGlite's single backend. It collects whole messages
 * before they run, and corrects what PGlite 0.5 does differently: a ReadyForQuery after a failed extended-protocol message
 * (electric-sql/pglite issue 958) would shift every later answer of a pipelining client by one.
 */
export function wireSession(hooks: WireSessionHooks): WireSession {
  let started = false;
  let skippingToSync = false;
  let ended = false;
  let status = idle;

  /** Runs a message; pieces go out at once, ReadyForQuery is held back. */
  function run(bytes: Uint8Array, silent = false) {
    const answer = backendAnswer((piece) => {
      if (!silent) hooks.reply(piece);
    });
    hooks.execute(bytes, answer.push);
    const { rest, sawError, readyStatus } = answer.finish();
    if (readyStatus !== null) status = readyStatus;
    if (rest.length > 0 && !silent) hooks.reply(rest);
    return sawError;
  }

  function ready() {
    hooks.reply(Buffer.from([0x5a, 0, 0, 0, 5, status]));
    hooks.onReady?.(String.fromCharCode(status));
  }

  function startup(bytes: Buffer) {
    const code = bytes.readUInt32BE(4);
    if (code === sslRequest || code === gssRequest) return hooks.reply(Buffer.from("N"));
    // A statement runs to its end before the next message is read, so there is nothing to cancel.
    if (code === cancelRequest) return finish();
    started = true;
    // The backend outlives its links: no state of an earlier one may leak into this one.
    run(simpleQuery("ROLLBACK"), true);
    run(simpleQuery("DISCARD ALL"), true);
    for (const [name, value] of startupSettings(bytes))
      run(simpleQuery(`SET "${name}" = '${value.replaceAll("'", "''")}'`), true);
    run(bytes);
    status = idle;
    ready();
  }

  function finish() {
    ended = true;
    hooks.end();
  }

  function handle(bytes: Buffer) {
    const type = bytes[0] as number;
    if (type === terminate) return finish();
    if (skippingToSync && type !== sync) return;
    if (type === query) {
      run(refuseCopyIn(bytes));
      ready();
    } else if (type === sync) {
      skippingToSync = false;
      run(bytes);
      ready();
    } else if (extended.has(type)) {
      skippingToSync = run(refuseCopyIn(bytes));
    }
    // CopyData, CopyDone and CopyFail outside a COPY are ignored, as PostgreSQL does.
  }

  const frames = wholeMessages();
  return {
    feed(bytes) {
      frames.push(bytes);
      while (!ended) {
        const frame = frames.next(started);
        if (frame === null) break;
        if (frame === "broken") finish();
        else if (started) handle(frame);
        else startup(frame);
      }
    },
  };
}

/** Splits the stream into whole messages; a startup message has no letter before its size. */
function wholeMessages() {
  let pending = Buffer.alloc(0);

  return {
    push(bytes: Uint8Array): void {
      pending = pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([pending, bytes]);
    },
    /** Null: the message is incomplete. */
    next(hasLetter: boolean): Buffer | "broken" | null {
      const head = hasLetter ? 1 : 0;
      if (pending.length < head + 4) return null;
      const size = head + pending.readUInt32BE(head);
      if (size > messageBytesMax || size < head + 4) return "broken";
      if (pending.length < size) return null;
      const frame = pending.subarray(0, size);
      pending = pending.subarray(size);
      return frame;
    },
  };
}

function simpleQuery(text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(5);
  head.write("Q");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Settings of a startup message (name, zero, value, zero … zero), without those that name the connection. */
function startupSettings(bytes: Buffer): [string, string][] {
  const words = bytes.subarray(8).toString("utf8").split("\0");
  const settings: [string, string][] = [];
  for (let i = 0; i + 1 < words.length && words[i] !== ""; i += 2) {
    const name = words[i] as string;
    if (!["user", "database", "client_encoding", "replication", "options"].includes(name) && /^[A-Za-z_.]+$/.test(name))
      settings.push([name, words[i + 1] as string]);
  }
  return settings;
}

const copyInText = /^(\s|\0)*copy\s[^;]*\sfrom\s+stdin/i;

/**
 * COPY … FROM STDIN reads from a socket that PGlite does not have, and would end its backend: it becomes an error of the same
 * transaction. Insert through unnest instead.
 */
function refuseCopyIn(bytes: Buffer): Buffer {
  const type = bytes[0] as number;
  if (type !== query && type !== message("P")) return bytes;
  const nameEnd = type === query ? 4 : bytes.indexOf(0, 5);
  // Statements may be long, but COPY is at their beginning.
  if (!copyInText.test(bytes.toString("latin1", nameEnd + 1, nameEnd + 1001))) return bytes;
  return simpleQuery(
    "DO $$ BEGIN RAISE EXCEPTION 'COPY FROM STDIN is not available in the embedded database' USING ERRCODE = 'feature_not_supported'; END $$",
  );
}
