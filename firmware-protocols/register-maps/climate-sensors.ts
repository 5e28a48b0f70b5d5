import type { ReadRequest } from "../modbus/index.ts";

/** A temperature and humidity transmitter: one read returns both. Both values are tenths; temperature is signed. */
export interface ClimateRegisterMap {
  name: string;
  title: string;
  read: ReadRequest & { fn: 3 | 4 };
  /** Positions within the read. */
  temperatureIndex: number;
  humidityIndex: number;
}

export interface WireClimate {
  /** Null when outside what the sensor can measure (−40…125 °C, 0…100 %RH): a broken probe. */
  temperatureC: number | null;
  humidityPct: number | null;
}

export const climateSensors = {
  "rs485-transmitter": {
    name: "rs485-transmitter",
    title: "RS-485 temperature and humidity transmitter (holding 0 humidity, 1 temperature)",
    read: { fn: 3, address: 0, quantity: 2 },
    temperatureIndex: 1,
    humidityIndex: 0,
  },
  "xy-md02": {
    name: "xy-md02",
    title: "XY-MD02 / SHT20 (input 1 temperature, 2 humidity)",
    read: { fn: 4, address: 1, quantity: 2 },
    temperatureIndex: 0,
    humidityIndex: 1,
  },
} as const satisfies Record<string, ClimateRegisterMap>;

export function decodeClimate(registerMap: ClimateRegisterMap, registers: readonly number[]): WireClimate {
  const temperature = registers[registerMap.temperatureIndex];
  const humidity = registers[registerMap.humidityIndex];
  const signed = temperature !== undefined && temperature > 0x7fff ? temperature - 0x10000 : temperature;
  return {
    temperatureC: signed === undefined || signed < -400 || signed > 1250 ? null : signed / 10,
    humidityPct: humidity === undefined || humidity > 1000 ? null : humidity / 10,
  };
}

/** Encodes the sensor's answer. A broken probe (null) reads 7FFFh. */
export function encodeClimate(registerMap: ClimateRegisterMap, climate: WireClimate): number[] {
  const registers = new Array<number>(registerMap.read.quantity).fill(0);
  const { temperatureC, humidityPct } = climate;
  registers[registerMap.temperatureIndex] = temperatureC === null ? 0x7fff : Math.round(temperatureC * 10) & 0xffff;
  registers[registerMap.humidityIndex] = humidityPct === null ? 0x7fff : Math.round(humidityPct * 10);
  return registers;
}
