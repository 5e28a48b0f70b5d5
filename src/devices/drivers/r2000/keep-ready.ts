/** Restores what an R2000 forgets at a restart: temporary power, antenna bank, buffer. */
import { Refusal } from "../../../contract/errors.ts";
import type { R2000Unit } from "./r2000-unit.ts";

export interface ReadyOptions {
  readerId: string;
  antennaCount: number;
  powerDbm: number | null;
  /** Called with the firmware version and temperature as text for people. */
  onReady(version: string): void;
}

export interface KeptReady {
  readonly isReady: boolean;
  /** Antennas 1–8 or 9–16, as last selected. */
  readonly bank: number;
  /** The reader may have restarted, or does not answer. */
  lost(): void;
  makeReady(): Promise<void>;
  /** Checks that it has not restarted unnoticed before it counts as ready. */
  checkReady(): Promise<void>;
  selectBankOf(antenna: number): Promise<void>;
}

export const portsPerBank = 8;

export function keepReady(unit: R2000Unit, options: ReadyOptions): KeptReady {
  const { readerId, powerDbm } = options;
  let isReady = false;
  let bank = 0;

  /** Never writes to flash (76 takes 100 ms and wears it out). */
  async function makeReady(): Promise<void> {
    const [firmware] = await unit.ask({ kind: "get-firmware-version" }, { retries: 1 });
    if (firmware?.kind !== "firmware-version") {
      throw new Refusal("device-wrong-answer", { device: readerId, detail: "no firmware version" });
    }
    if (powerDbm !== null) await unit.tell({ kind: "set-temporary-power", value: powerDbm });
    await selectBank(0);
    const [temperature] = await unit.ask({ kind: "get-temperature" }, { retries: 1 });
    const celsius = temperature?.kind === "temperature" ? `, ${temperature.celsius} °C` : "";
    isReady = true;
    options.onReady(`V${firmware.major}.${firmware.minor}${celsius}`);
  }

  async function selectBank(wanted: number): Promise<void> {
    if (options.antennaCount > portsPerBank) await unit.tell({ kind: "set-antenna-bank", value: wanted * 0x10 });
    bank = wanted;
  }

  return {
    get isReady() {
      return isReady;
    },
    get bank() {
      return bank;
    },
    lost() {
      isReady = false;
    },
    makeReady,
    async checkReady() {
      // A reader that lost its temporary power has restarted since.
      if (isReady && powerDbm !== null) {
        const [power] = await unit.ask({ kind: "get-output-power" }, { retries: 1 });
        if (power?.kind === "output-power" && power.powersDbm.some((dbm) => dbm !== powerDbm)) isReady = false;
      }
      if (!isReady) await makeReady();
    },
    selectBankOf: (antenna) => selectBank(Math.floor((antenna - 1) / portsPerBank)),
  };
}
