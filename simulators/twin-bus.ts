/** The lines of a twin and the devices on them, as other modules see them. */
import type { BusSpec, DeviceSpec } from "../src/site/schema.ts";
import type { LineFaults } from "./wires/line.ts";

/** Can be unplugged and plugged in again; wires that cannot leave it out. */
export interface Plug {
  unplug(): void | Promise<void>;
  replug(): void | Promise<void>;
}

export interface TwinBus {
  spec: BusSpec;
  devices: DeviceSpec[];
  faults: LineFaults;
  /** Fault: every device on it listens at this speed instead of its own. */
  wrongBaud: number | null;
  isPlugged: boolean;
  plug: Plug | null;
}

/** As a sensor reports it; null: not reported. */
export interface Climate {
  temperatureC: number | null;
  humidityPct: number | null;
}

export interface TwinReader {
  ports: number;
  /** Faults, 1-based. */
  missingPorts: Set<number>;
  isMute: boolean;
  restart(): void;
}
