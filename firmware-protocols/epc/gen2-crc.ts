// CRC-16/GENIBUS: polynomial 1021, init FFFF, not reflected, result inverted (Gen2 StoredCRC over PC‖EPC, big endian).
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

/** The CRC a Gen2 tag keeps over its PC and EPC: `bytes[from, to)`. */
export function gen2Crc(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let at = from; at < to; at += 1) crc = ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ bytes[at]!]!;
  return crc ^ 0xffff;
}
