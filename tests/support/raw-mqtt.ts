/** MQTT 3.1.1 packets byte by byte, so that a probe can send what no library would. */
import { connect, type Socket } from "node:net";

export const text = (value: string | Uint8Array): Buffer => {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

export function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  let left = length;
  do {
    const digit = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? digit | 0x80 : digit);
  } while (left > 0);
  return Buffer.from(bytes);
}

export function packet(first: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([first]), remainingLength(body.length), body]);
}

const id = (value: number) => Buffer.from([value >> 8, value & 0xff]);

export interface ConnectFields {
  clientId: string;
  username?: string;
  password?: string;
  clean?: boolean;
  will?: { topic: string; payload: string; retain?: boolean };
}

export function connectPacket({ clientId, username, password, clean = true, will }: ConnectFields): Buffer {
  const flags =
    (clean ? 2 : 0) |
    (will ? 4 | (will.retain ? 0x20 : 0) : 0) |
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40);
  const fields = [text(clientId)];
  if (will) fields.push(text(will.topic), text(will.payload));
  if (username !== undefined) fields.push(text(username));
  if (password !== undefined) fields.push(text(password));
  return packet(0x10, text("MQTT"), Buffer.from([4, flags, 0, 60]), ...fields);
}

export const publishPacket = (
  topic: string | Uint8Array,
  payload: string | Buffer,
  more: { qos?: 0 | 1; retain?: boolean; id?: number } = {},
) =>
  packet(
    0x30 | ((more.qos ?? 0) << 1) | (more.retain ? 1 : 0),
    text(topic),
    ...(more.qos ? [id(more.id ?? 1)] : []),
    Buffer.from(payload),
  );

export const subscribePacket = (topics: (string | Uint8Array)[], packetId = 1, qos = 1) =>
  packet(0x82, id(packetId), ...topics.flatMap((topic) => [text(topic), Buffer.from([qos])]));

export const unsubscribePacket = (topics: string[], packetId = 2) => packet(0xa2, id(packetId), ...topics.map(text));

export interface Heard {
  type: number;
  body: Buffer;
  atMs: number;
}

export interface RawClient {
  readonly socket: Socket;
  readonly heard: Heard[];
  readonly isClosed: boolean;
  send(bytes: Uint8Array): void;
  /** The first packet of a type, within a limit; null when none came or the connection ended. */
  next(type: number, msMax?: number): Promise<Heard | null>;
  closed(msMax: number): Promise<boolean>;
  messages(): { topic: string; payload: string; atMs: number }[];
  end(): void;
}

export function rawClient(port: number): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const heard: Heard[] = [];
    let isClosed = false;
    let pending = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        let length = 0;
        let at = 1;
        let isWhole = false;
        for (; at < Math.min(5, pending.length); at++) {
          const byte = pending[at] as number;
          length += (byte & 0x7f) * 128 ** (at - 1);
          if ((byte & 0x80) === 0) {
            isWhole = true;
            at++;
            break;
          }
        }
        if (!isWhole || pending.length < at + length) return;
        heard.push({ type: (pending[0] as number) >> 4, body: pending.subarray(at, at + length), atMs: Date.now() });
        pending = pending.subarray(at + length);
      }
    });
    socket.on("close", () => {
      isClosed = true;
    });
    socket.on("error", (error) => reject(error));
    const until = async (test: () => boolean, msMax: number) => {
      for (const endMs = Date.now() + msMax; Date.now() < endMs && !test(); ) {
        await new Promise((done) => setTimeout(done, 5));
      }
      return test();
    };
    socket.on("connect", () => {
      socket.setNoDelay(true);
      resolve({
        socket,
        heard,
        get isClosed() {
          return isClosed;
        },
        send: (bytes) => void (socket.writable && socket.write(bytes)),
        async next(type, msMax = 2000) {
          const find = () => heard.find((one) => one.type === type) ?? null;
          await until(() => find() !== null || isClosed, msMax);
          return find();
        },
        closed: (msMax) => until(() => isClosed, msMax),
        messages: () =>
          heard
            .filter(({ type }) => type === 3)
            .map(({ body, atMs }) => {
              const size = body.readUInt16BE(0);
              return { topic: body.toString("utf8", 2, 2 + size), payload: body.toString("utf8", 2 + size), atMs };
            }),
        end: () => socket.destroy(),
      });
    });
  });
}
