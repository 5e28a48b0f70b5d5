/**
 * The byte format between gateway and broker: u32 length of what follows, u8 kind, body. A frame carries many messages with their
 * payloads unchanged; a topic is sent as the number agreed when it was subscribed to.
 */
export const frameKinds = {
  /** From the gateway to the broker. */
  begin: 1,
  subscribe: 2,
  unsubscribe: 3,
  publish: 4,
  took: 5,
  /** From the broker to the gateway. */
  first: 10,
  reads: 11,
  answer: 12,
  said: 13,
} as const;

/** The rights of a large site come in one frame; a batch is a few dozen KiB, or one message at the broker's limit. */
export const frameBytesMax = 16 * 1024 * 1024;
const headBytes = 5;

export class BadFrame extends Error {}

function frame(kind: number, bodyBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(headBytes + bodyBytes);
  bytes.writeUInt32LE(1 + bodyBytes, 0);
  bytes[4] = kind;
  return bytes;
}

export function jsonFrame(kind: number, value: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(value));
  const bytes = frame(kind, text.length);
  text.copy(bytes, headBytes);
  return bytes;
}

export const readJson = (body: Buffer): unknown => JSON.parse(body.toString());

export function topicFrame(kind: number, subscription: number, topic: string): Buffer {
  const text = Buffer.from(topic);
  const bytes = frame(kind, 4 + text.length);
  bytes.writeUInt32LE(subscription, headBytes);
  text.copy(bytes, headBytes + 4);
  return bytes;
}

export function readTopic(body: Buffer): { subscription: number; topic: string } {
  need(body, 4);
  return { subscription: body.readUInt32LE(0), topic: body.toString("utf8", 4) };
}

export interface Publishing {
  id: number;
  qos: 0 | 1;
  retain: boolean;
  /** On the machine's monotonic clock; after this time the message is no longer published. */
  untilMonoMs: number;
  topic: string;
  payload: Buffer;
}

export function publishFrame({ id, qos, retain, untilMonoMs, topic, payload }: Publishing): Buffer {
  const text = Buffer.from(topic);
  const bytes = frame(frameKinds.publish, 15 + text.length + payload.length);
  let at = bytes.writeUInt32LE(id, headBytes);
  at = bytes.writeUInt8(qos | (retain ? 2 : 0), at);
  at = bytes.writeDoubleLE(untilMonoMs, at);
  at = bytes.writeUInt16LE(text.length, at);
  at += text.copy(bytes, at);
  payload.copy(bytes, at);
  return bytes;
}

export function readPublish(body: Buffer): Publishing {
  need(body, 15);
  const flags = body.readUInt8(4);
  const topicEnd = 15 + body.readUInt16LE(13);
  need(body, topicEnd);
  return {
    id: body.readUInt32LE(0),
    qos: (flags & 1) as 0 | 1,
    retain: (flags & 2) !== 0,
    untilMonoMs: body.readDoubleLE(5),
    topic: body.toString("utf8", 15, topicEnd),
    payload: body.subarray(topicEnd),
  };
}

export function answerFrame(id: number, fault: string | null): Buffer {
  const text = Buffer.from(fault ?? "");
  const bytes = frame(frameKinds.answer, 5 + text.length);
  bytes.writeUInt32LE(id, headBytes);
  bytes[headBytes + 4] = fault === null ? 1 : 0;
  text.copy(bytes, headBytes + 5);
  return bytes;
}

export function readAnswer(body: Buffer): { id: number; fault: string | null } {
  need(body, 5);
  return { id: body.readUInt32LE(0), fault: body[4] === 1 ? null : body.toString("utf8", 5) };
}

/** Acknowledges the bytes of frames that were taken, so that the next may come. */
export function tookFrame(firstBytes: number, readsBytes: number): Buffer {
  const bytes = frame(frameKinds.took, 8);
  bytes.writeUInt32LE(firstBytes, headBytes);
  bytes.writeUInt32LE(readsBytes, headBytes + 4);
  return bytes;
}

export function readTook(body: Buffer): { firstBytes: number; readsBytes: number } {
  need(body, 8);
  return { firstBytes: body.readUInt32LE(0), readsBytes: body.readUInt32LE(4) };
}

export interface BatchMessage {
  subscription: number;
  isRetained: boolean;
  /** When the broker received it, on the machine's monotonic clock. */
  atMonoMs: number;
  payload: Buffer;
}

const messageHeadBytes = 17;
export const messageBytes = (payload: { length: number }) => messageHeadBytes + payload.length;

export function batchFrame(kind: number, messages: readonly BatchMessage[]): Buffer {
  const bytes = frame(
    kind,
    messages.reduce((sum, { payload }) => sum + messageBytes(payload), 0),
  );
  let at = headBytes;
  for (const { subscription, isRetained, atMonoMs, payload } of messages) {
    at = bytes.writeUInt32LE(subscription, at);
    at = bytes.writeUInt32LE(payload.length, at);
    at = bytes.writeDoubleLE(atMonoMs, at);
    at = bytes.writeUInt8(isRetained ? 1 : 0, at);
    at += payload.copy(bytes, at);
  }
  return bytes;
}

export function readBatch(body: Buffer, take: (message: BatchMessage) => void): void {
  for (let at = 0; at < body.length; ) {
    need(body, at + messageHeadBytes);
    const from = at + messageHeadBytes;
    const to = from + body.readUInt32LE(at + 4);
    need(body, to);
    const payload = body.subarray(from, to);
    take({
      subscription: body.readUInt32LE(at),
      atMonoMs: body.readDoubleLE(at + 8),
      isRetained: body[at + 16] === 1,
      payload,
    });
    at = to;
  }
}

function need(body: Buffer, bytes: number): void {
  if (body.length < bytes) throw new BadFrame("a frame ends too early");
}

/** Cuts a stream of bytes into frames, however it was chunked. Throws BadFrame on bytes that neither of our sides sends. */
export function frameReader(take: (kind: number, body: Buffer) => void): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let partBytes = 0;
  return (chunk) => {
    let bytes = chunk;
    if (partBytes > 0) {
      parts.push(chunk);
      partBytes += chunk.length;
      const head = parts[0] as Buffer;
      // A large frame comes in many parts, which are joined once when it is complete.
      if (head.length >= 4 && partBytes < 4 + lengthOf(head, 0)) return;
      bytes = Buffer.concat(parts);
      parts = [];
      partBytes = 0;
    }
    let at = 0;
    while (bytes.length - at >= 4) {
      const end = at + 4 + lengthOf(bytes, at);
      if (end > bytes.length) break;
      take(bytes[at + 4] as number, bytes.subarray(at + headBytes, end));
      at = end;
    }
    if (at === bytes.length) return;
    parts = [bytes.subarray(at)];
    partBytes = bytes.length - at;
  };
}

function lengthOf(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32LE(at);
  if (length < 1 || length > frameBytesMax) throw new BadFrame(`a frame of ${length} bytes`);
  return length;
}
