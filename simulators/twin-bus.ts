/** The lines of a twin and what hangs on them, as everybody else sees them. */
import type { BusSpec, DeviceSpec } from "../src/site/schema.ts";
import type { LineFaults } from "./wires/line.ts";

/** What can be pulled out and plugged in again; wires that cannot leave it out. */
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

/** As a sensor tells it; null: it does not. */
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
