/** A serial port: serialport 13, on real ports and ptys. */
import { access } from "node:fs/promises";
import type { SerialPort } from "serialport";
import { Refusal } from "../../contract/errors.ts";
import { type ByteLink, linkLost, openRefusal, pendingBytesMax } from "./byte-link.ts";
import { createSerialPort } from "./create-serial-port.ts";
import { byIdFolder } from "./list-ports.ts";

export interface SerialSpec {
  /** Device path, or the id under /dev/serial/by-id. */
  port: string;
  baud: number;
  parity?: "none" | "even" | "odd";
}

/** serialport missed 5 of 60 unplugs right after an open, so the device file's presence is checked as well. */
const presenceCheckMs = 1000;

export function serialLink(spec: SerialSpec): ByteLink {
  const path = spec.port.includes("/") ? spec.port : `${byIdFolder}/${spec.port}`;
  let port: SerialPort | null = null;
  let bytesListener: (bytes: Uint8Array) => void = () => {};
  let downListener: (reason: Refusal) => void = () => {};

  /** Both forms of `close` and a write error lead here; only the first counts. */
  function goDown(which: SerialPort, detail: string): void {
    if (port !== which) return;
    port = null;
    if (which.isOpen) which.close(() => {});
    downListener(linkLost(path, detail));
  }

  return {
    name: path,
    get isOpen() {
      return port?.isOpen ?? false;
    },
    open() {
      return new Promise((resolve, reject) => {
        const opening = createSerialPort({
          path,
          baudRate: spec.baud,
          parity: spec.parity ?? "none",
          autoOpen: false,
          highWaterMark: 16 * 1024,
        });
        // Without a listener an 'error' event would end the process.
        opening.on("error", (error) => goDown(opening, error.message));
        opening.open((error) => {
          if (error) return reject(openRefusal(path, error));
          port = opening;
          // An unplugged port is noticed only while somebody reads.
          opening.on("data", (bytes: Buffer) => {
            if (port === opening) bytesListener(bytes);
          });
          opening.on("close", (error: Error | null) => goDown(opening, error?.message ?? "closed"));
          opening.on("end", () => goDown(opening, "end of file"));
          watchPresence(
            path,
            () => port === opening,
            () => goDown(opening, "the device file is gone"),
          );
          // RS-485 adapters that switch by RTS need it low; a pty has no modem bits (ENOTTY), which is no fault.
          opening.set({ rts: false, dtr: true }, () => {});
          resolve();
        });
      });
    },
    close() {
      const closing = port;
      port = null;
      if (!closing?.isOpen) return Promise.resolve();
      return new Promise((resolve) => closing.close(() => resolve()));
    },
    write(bytes) {
      const open = port;
      if (!open?.isOpen) return Promise.reject(linkLost(path, "not open"));
      if (open.writableLength + bytes.length > pendingBytesMax) {
        return Promise.reject(new Refusal("link-congested", { address: path, limitBytes: pendingBytesMax }));
      }
      return new Promise((resolve, reject) => {
        open.write(bytes as Buffer, (error) => {
          if (!error) return resolve();
          goDown(open, error.message);
          reject(linkLost(path, error.message));
        });
      });
    },
    onBytes(listener) {
      bytesListener = listener;
    },
    onDown(listener) {
      downListener = listener;
    },
  };
}

function watchPresence(path: string, isOurs: () => boolean, onGone: () => void): void {
  const timer = setInterval(() => {
    if (!isOurs()) clearInterval(timer);
    else if (path.startsWith("/")) access(path).catch(onGone);
  }, presenceCheckMs);
  timer.unref();
}
