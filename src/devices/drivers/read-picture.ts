/** Reads one whole status of a Modbus controller, in as many requests as its registerMap needs. */
import type { ModbusResponse } from "../../../firmware-protocols/modbus/index.ts";
import {
  decodeStatus,
  type RegisterMap,
  type ShelfShape,
  statusReads,
} from "../../../firmware-protocols/register-maps/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { ShelfStatus } from "../../contract/shelf.ts";
import type { Priority } from "../bus/transaction.ts";
import type { ModbusLine, ModbusUnit } from "./modbus-unit.ts";
import { pollMark } from "./poll-mark.ts";

export interface Picture {
  status: ShelfStatus;
  /** When the first answer came. */
  atMs: number;
  /** Each answer belongs to its request, so nothing in the picture is older than the moment the first request went out. */
  askedAtMs: number | null;
}

export interface PictureDeps {
  deviceId: string;
  unit: ModbusUnit;
  line: ModbusLine;
  registerMap: RegisterMap;
  shape: ShelfShape;
  clock: Clock;
}

export function pictureReader(deps: PictureDeps): (priority: Priority) => Promise<Picture> {
  const { unit, line, registerMap, shape, clock } = deps;
  const reads = statusReads(registerMap, shape);
  /** A wire holds no answer back (the bus waits for late ones), and MBAP numbers them: neither needs the mark. */
  const mark = line.mode === "rtu-over-tcp" ? pollMark(reads) : null;
  let polls = 0;

  return async (priority) => {
    const responses: ModbusResponse[] = [];
    let atMs = 0;
    let askedAtMs: number | null = null;
    const onSent = (sentAtMs: number) => {
      askedAtMs ??= sentAtMs;
    };
    for (const read of reads) {
      const apart = read === mark?.read ? mark.lengthAt(++polls) : 0;
      responses.push(await unit.read(read, priority, { onSent, apart }));
      atMs ||= clock.monoMs();
    }
    const reading = decodeStatus(registerMap, shape, responses);
    if (reading.kind === "wrong") {
      throw new Refusal("device-wrong-answer", { device: deps.deviceId, detail: reading.problem });
    }
    // One request at a time on a line and each answer its own: the bus keeps the order.
    return { status: { ...reading.status, seq: null, alarms: reading.alarms }, atMs, askedAtMs };
  };
}
