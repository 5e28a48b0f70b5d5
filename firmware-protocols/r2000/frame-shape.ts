import { messages } from "./table.ts";

// lengthFits[command << 8 | payloadBytes] = 1 when a request or a reply of that command may have that many payload bytes.
const lengthFits = new Uint8Array(256 * 256);
const contentFits: ((buffer: Uint8Array, payloadAt: number, payloadBytes: number) => boolean)[][] = Array.from(
  { length: 256 },
  () => [],
);
for (const { command, request, reply } of messages) {
  for (const codec of [request, reply]) {
    for (const size of codec.payloadBytes) lengthFits[(command << 8) | size] = 1;
    if (codec.fits !== undefined) contentFits[command]!.push(codec.fits);
  }
}

/**
 * Whether the frame at `at` looks like a known message, in either direction. An 8-bit sum agrees by chance once in 256: without
 * this check a damaged length byte would sometimes swallow the good frames after it.
 */
export function looksLikeMessage(buffer: Uint8Array, at: number, frameBytes: number): boolean {
  const command = buffer[at + 3]!;
  const payloadBytes = frameBytes - 5;
  if (lengthFits[(command << 8) | payloadBytes] === 1) return true;
  const fits = contentFits[command]!;
  for (let index = 0; index < fits.length; index += 1) {
    if (fits[index]!(buffer, at + 4, payloadBytes)) return true;
  }
  return false;
}
