/**
 * `serialport` whose reading ends when the port is gone. A terminal that was hung up (USB adapter pulled, pty closed) answers
 * `read` with 0 bytes for ever; bindings-cpp 13.0.0 reads again without a pause, never emits `close`, and grows until the process
 * dies (serialport/bindings-cpp issue 162, pull request 164; the same in esp-rs/espmonitor issue 12).
 */
import { read as readFile } from "node:fs";
import { promisify } from "node:util";
import { SerialPort } from "serialport";

/** The part common to the Linux and macOS bindings; the Windows binding has no `poller` and reads by events. */
export interface PolledPort {
  readonly fd: number | null;
  readonly isOpen: boolean;
  readonly poller?: { once(event: "readable", done: (error: Error | null) => void): void };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}
type ReadBytes = (fd: number, buffer: Buffer, offset: number, length: number) => Promise<{ bytesRead: number }>;
export type PortOptions = Omit<ConstructorParameters<typeof SerialPort>[0], "binding">;

const readAsync = promisify(readFile);
const readFromFile: ReadBytes = (fd, buffer, offset, length) => readAsync(fd, buffer, offset, length, null);
/** Error codes for "nothing now" and "interrupted", which say nothing about the port. */
const waitCodes = new Set(["EAGAIN", "EWOULDBLOCK", "EINTR"]);

/** Returns a port that is not open yet (the caller sets `autoOpen: false`); errors and `close` come as serialport gives them. */
export function createSerialPort(options: PortOptions, onOpen?: (error: Error | null) => void): SerialPort {
  // The binding is one of three, by platform; its type would demand options that suit all three at once.
  const own = SerialPort.binding as unknown as { open(asked: object): Promise<PolledPort> };
  const binding = { ...SerialPort.binding, open: async (asked: object) => endsWhenHungUp(await own.open(asked)) };
  return new SerialPort({ ...options, binding } as ConstructorParameters<typeof SerialPort>[0], onOpen);
}

/** Wraps the port so that `read` rejects with `disconnect: true` at end of file, and with `canceled: true` once it is closed. */
export function endsWhenHungUp<Port extends PolledPort>(port: Port, readBytes = readFromFile): Port {
  const poller = port.poller;
  if (poller) port.read = (buffer, offset, length) => readOnce(port, poller, readBytes, buffer, offset, length);
  return port;
}

async function readOnce(
  port: PolledPort,
  poller: NonNullable<PolledPort["poller"]>,
  readBytes: ReadBytes,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<{ buffer: Buffer; bytesRead: number }> {
  for (;;) {
    if (!port.isOpen || port.fd === null) throw Object.assign(new Error("the port is not open"), { canceled: true });
    try {
      const { bytesRead } = await readBytes(port.fd, buffer, offset, length);
      if (bytesRead > 0) return { buffer, bytesRead };
    } catch (error) {
      if (!waitCodes.has((error as NodeJS.ErrnoException).code ?? "")) throw Object.assign(error as Error, gone);
      await new Promise<void>((resolve, reject) => poller.once("readable", (e) => (e ? reject(e) : resolve())));
      continue;
    }
    throw Object.assign(new Error("the port was unplugged (end of file)"), gone);
  }
}
const gone = { disconnect: true };
