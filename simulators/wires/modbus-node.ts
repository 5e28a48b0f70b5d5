/** Modbus units on one line: they share one end of the line, and the addressed one answers. */
import {
  answerAdu,
  createRequestParser,
  type ModbusAdu,
  type ModbusMode,
  type RegisterBank,
} from "../../firmware-protocols/modbus/index.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { LineNode } from "./line.ts";

/** A slave's time to answer (3.5 characters of silence and its own work). */
const answerMs = 4;

export interface ModbusUnit {
  unit: number;
  bank: RegisterBank;
  /** False: no power, or a dead slave. */
  isAlive(): boolean;
  /** Faults: a delay of answers; other bytes in place of the bank's answer, null for none. */
  lateMs?(): number;
  misanswer?(mode: ModbusMode, request: ModbusAdu): Uint8Array | null;
}

export function modbusNode(
  id: string,
  mode: ModbusMode,
  baud: number | null,
  units: readonly ModbusUnit[],
  clock: Clock,
): LineNode {
  return {
    id,
    baud: () => baud,
    connect(say) {
      const parser = createRequestParser(mode);
      let cancelFlush: (() => void) | null = null;
      const take = (parsed: ReturnType<typeof parser.push>) => {
        for (const piece of parsed) {
          if (piece.kind !== "frame") continue;
          for (const each of units) {
            if (!each.isAlive()) continue;
            const right = answerAdu(mode, each.unit, piece.frame, each.bank);
            if (!right) continue;
            const answer = each.misanswer?.(mode, piece.frame) ?? right;
            clock.after(answerMs + (each.lateMs?.() ?? 0), () => say(answer));
            break;
          }
        }
      };
      return {
        hear(bytes, atMs) {
          take(parser.push(bytes, atMs));
          cancelFlush?.();
          cancelFlush = parser.pendingBytes > 0 ? clock.after(silenceFlushMs, () => take(parser.flush())) : null;
        },
      };
    },
  };
}

/** A half frame is given up after this much silence. */
const silenceFlushMs = 150;
