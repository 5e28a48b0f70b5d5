/** 90–93: the content of the buffer. An empty buffer is a result (38), not a fault. */
import { gen2Crc } from "../../firmware-protocols/epc/gen2-crc.ts";
import { fromHex } from "../../firmware-protocols/framing/hex.ts";
import { rssiRawOf } from "../../firmware-protocols/r2000/signal.ts";
import { pcOf } from "./r2000-inventory.ts";
import { asked, type Handler, sayStatus } from "./r2000-state.ts";

const bufferEmpty = 0x38;

export const readBuffer: Handler = (exchange) => {
  const isTaken = asked(exchange, "take-buffer") !== null;
  if (!isTaken && !asked(exchange, "get-buffer")) return false;
  const { buffer } = exchange.reader;
  if (buffer.size === 0) return sayStatus(exchange, bufferEmpty);
  for (const { epc, antenna, signalDbm, frequencyIndex, count } of buffer.values()) {
    const pc = pcOf(epc);
    exchange.say({
      kind: "buffered-tag",
      tagCount: buffer.size,
      epc,
      antenna,
      signalDbm,
      rssiRaw: rssiRawOf(signalDbm),
      frequencyIndex,
      pc,
      crc: gen2Crc(Uint8Array.from([pc >> 8, pc & 0xff, ...(fromHex(epc) ?? [])])),
      crcOk: true,
      readCount: count,
    });
  }
  if (isTaken) buffer.clear();
  return true;
};

export const countBuffer: Handler = (exchange) => {
  if (!asked(exchange, "count-buffer")) return false;
  exchange.say({ kind: "buffer-count", tags: exchange.reader.buffer.size });
  return true;
};

export const clearBuffer: Handler = (exchange) => {
  if (!asked(exchange, "clear-buffer")) return false;
  exchange.reader.buffer.clear();
  return sayStatus(exchange, 0x10);
};
