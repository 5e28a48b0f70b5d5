/** The controller on a Modbus register map: room-1 with everything, fatek-njust with what that map has. */
import type { RegisterBank } from "../../firmware-protocols/modbus/index.ts";
import {
  type ControllerInput,
  createControllerBank,
  type ReceivedCommand,
  type RegisterMap,
} from "../../firmware-protocols/register-maps/index.ts";
import type { Picture } from "./lie.ts";
import type { Rig } from "./rig.ts";
import type { WireCommand } from "./state.ts";

export function modbusSkin(registerMap: RegisterMap, rig: Rig, status: () => Picture): RegisterBank {
  const { columns, aisles } = rig.rail.area;
  const shape = { columns: columns.map((column) => column.no), aisles: aisles.length };
  let lastBeat: number | null = null;

  function receive(input: ControllerInput): void {
    if (input.kind === "stop") rig.stop();
    else if (input.kind === "light") rig.light(input.target);
    else if (input.kind === "command") rig.command(commandOf(input.command));
    else if (input.beat !== lastBeat) {
      // A count that does not change means a hung gateway: it is no heartbeat.
      lastBeat = input.beat;
      rig.beat();
    }
  }

  return createControllerBank(registerMap, shape, { status, receive });
}

function commandOf(received: ReceivedCommand): WireCommand {
  const { verb, aisle, wireId, epoch, ttlMs, expectedOpenAisle } = received;
  const isFenced = wireId !== null && epoch !== null && expectedOpenAisle !== null;
  return { verb, aisle, fence: isFenced ? { wireId, epoch, expectedOpenAisle } : null, ttlMs, isFresh: true };
}
