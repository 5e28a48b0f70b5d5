/** A temperature and humidity transmitter on Modbus. */
import {
  type ClimateRegisterMap,
  climateSensors,
  decodeClimate,
} from "../../../firmware-protocols/register-maps/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { ClimatePort, DeviceHealth } from "../../contract/ports.ts";
import { type HealthListener, healthBook } from "./health.ts";
import { type ModbusLine, modbusUnit } from "./modbus-unit.ts";

export interface ModbusClimateOptions {
  deviceId: string;
  unit: number;
  line: ModbusLine;
  registerMap: ClimateRegisterMap;
  clock: Clock;
  onHealth: HealthListener;
}

export interface DriverClimate extends ClimatePort {
  health(): DeviceHealth;
  close(): void;
}

/** Climate changes within minutes, and on a shelf's bus each read takes time from the controller. */
const pollMs = 5000;

/** Finds a map by the site file's name, including the transmitter's older name. */
export function climateRegisterMap(name: string): ClimateRegisterMap | null {
  const registerMaps: Record<string, ClimateRegisterMap> = {
    ...climateSensors,
    "th-transmitter": climateSensors["rs485-transmitter"],
  };
  return registerMaps[name] ?? null;
}

export function modbusClimate(options: ModbusClimateOptions): DriverClimate {
  const { deviceId, registerMap, clock, line } = options;
  const unit = modbusUnit(line, options.unit, deviceId);
  const health = healthBook(deviceId, "climate", clock, options.onHealth);
  const listeners: Parameters<ClimatePort["onReading"]>[0][] = [];
  let isClosed = false;
  let cancelPoll = () => {};

  async function readOnce(): Promise<void> {
    const response = await unit.ask(registerMap.read, "status", { retries: 1 });
    const { temperatureC, humidityPct } = decodeClimate(registerMap, "registers" in response ? response.registers : []);
    if (temperatureC === null || humidityPct === null) {
      health.degraded(new Refusal("device-wrong-answer", { device: deviceId, detail: "a value no probe can measure" }));
    } else {
      health.up();
    }
    for (const listener of listeners) listener({ temperatureC, humidityPct, atMs: clock.nowMs() });
  }

  function poll(): void {
    void readOnce()
      .catch((error: unknown) => health.down(error))
      .then(() => {
        if (!isClosed) cancelPoll = clock.after(pollMs, poll);
      });
  }

  line.bus.link.onState((state) => {
    if (!state.up || isClosed) return;
    cancelPoll();
    cancelPoll = clock.after(0, poll);
  });
  cancelPoll = clock.after(0, poll);

  return {
    deviceId,
    onReading: (listener) => void listeners.push(listener),
    health: () => health.current,
    close() {
      isClosed = true;
      cancelPoll();
    },
  };
}
