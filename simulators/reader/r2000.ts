/** An R2000 reader on a line: frames in, the first handler that answers wins, frames out. */

import { type Parsed, silenceMs } from "../../firmware-protocols/framing/stream-parser.ts";
import { decodeRequest } from "../../firmware-protocols/r2000/decode.ts";
import { createR2000Parser, publicAddress, type R2000Frame } from "../../firmware-protocols/r2000/frame.ts";
import type { LineNode } from "../wires/line.ts";
import { clearBuffer, countBuffer, readBuffer } from "./r2000-buffer.ts";
import { fastSwitch, inventoryToBuffer, realTimeInventory } from "./r2000-inventory.ts";
import {
  epcMatch,
  getOneByte,
  gpio,
  identifier,
  measure,
  power,
  region,
  reset,
  setLine,
  setOneByte,
} from "./r2000-settings.ts";
import { exchangeOf, type Handler, type R2000 } from "./r2000-state.ts";

/** Time to process a frame. */
const answerMs = 2;

/** While an inventory runs only reset is obeyed. */
const whileBusy: Handler = ({ reader }) => reader.isBusy;

/** A frame that no handler knows: parameter invalid. */
const notUnderstood: Handler = (exchange) => {
  exchange.sayBytes(Uint8Array.of(0x41));
  return true;
};

const handlers: readonly Handler[] = [
  reset,
  whileBusy,
  inventoryToBuffer,
  realTimeInventory,
  fastSwitch,
  readBuffer,
  countBuffer,
  clearBuffer,
  setLine,
  setOneByte,
  getOneByte,
  power,
  region,
  measure,
  gpio,
  epcMatch,
  identifier,
  notUnderstood,
];

export function r2000Node(reader: R2000): LineNode {
  return {
    id: reader.id,
    baud: () => reader.flash.baud,
    connect(say) {
      const parser = createR2000Parser();
      let cancelFlush: (() => void) | null = null;
      const take = (pieces: Parsed<R2000Frame>[]) => {
        for (const piece of pieces) {
          if (piece.kind !== "frame") continue;
          const { frame } = piece;
          if (frame.address !== reader.flash.address && frame.address !== publicAddress) continue;
          if (!reader.isPowered() || reader.isMute || reader.clock.nowMs() < reader.awakeAtMs) continue;
          const exchange = exchangeOf(reader, frame.command, decodeRequest(frame), say);
          reader.clock.after(answerMs, () => {
            if (reader.isPowered()) handlers.some((handle) => handle(exchange));
          });
        }
      };
      return {
        hear(bytes, atMs) {
          take(parser.push(bytes, atMs));
          cancelFlush?.();
          cancelFlush = parser.pendingBytes > 0 ? reader.clock.after(silenceMs, () => take(parser.flush())) : null;
        },
      };
    },
  };
}
