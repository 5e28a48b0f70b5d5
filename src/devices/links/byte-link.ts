/** One byte connection to hardware: a serial port, a TCP socket or a pair in memory. It knows nothing of frames. */
import { Refusal } from "../../contract/errors.ts";

export interface ByteLink {
  /** Shown to people: "/dev/ttyUSB0", "192.168.0.178:4001". */
  readonly name: string;
  readonly isOpen: boolean;
  /** Rejects with a Refusal in plain words. May be called again after the link went down. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when the operating system accepted the bytes; rejects at once when the link is down or congested. */
  write(bytes: Uint8Array): Promise<void>;
  /** The listener may keep each chunk: a link never reuses its memory. */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Called once per loss; never after `close()`. */
  onDown(listener: (reason: Refusal) => void): void;
}

/** More unsent bytes than this mean that the other end has stopped taking bytes. */
export const pendingBytesMax = 64 * 1024;
export const openTimeoutMs = 5000;

export function linkLost(address: string, detail: string): Refusal {
  return new Refusal("link-lost", { address, detail });
}

/** Turns the operating system's error of a failed open into words that a person can use. */
export function openRefusal(address: string, error: unknown): Refusal {
  const detail = error instanceof Error ? error.message : String(error);
  if (/Cannot lock port|Resource temporarily unavailable|Access denied|EBUSY/i.test(detail)) {
    return new Refusal("port-in-use", { port: address, detail });
  }
  if (/ECONNREFUSED/.test(detail)) return new Refusal("link-refused", { address, detail });
  if (/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(detail)) {
    return new Refusal("link-timeout", { address, limitMs: openTimeoutMs, detail });
  }
  if (/Permission denied|EACCES/i.test(detail)) return new Refusal("port-no-permission", { port: address, detail });
  if (/No such file|ENOENT|cannot open|ENXIO|No such device/i.test(detail)) {
    return new Refusal("port-not-found", { port: address, detail });
  }
  return linkLost(address, detail);
}
