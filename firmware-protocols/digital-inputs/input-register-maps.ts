/** Where modules keep their inputs: makers agree on one bit a channel in ascending order, but not on the table (PROTOCOL.md). */
export interface InputRegisterMap {
  name: string;
  title: string;
  /** 1 coils, 2 discrete inputs: a bit a channel. 3 holding registers: sixteen channels a register, channel 1 is bit 0. */
  fn: 1 | 2 | 3;
}

export const inputRegisterMaps: Readonly<Record<string, InputRegisterMap>> = {
  "di-discrete": { name: "di-discrete", title: "discrete inputs, function 02", fn: 2 },
  "di-coils": { name: "di-coils", title: "coils, function 01", fn: 1 },
  "di-holding": { name: "di-holding", title: "bits of holding registers, function 03", fn: 3 },
};

/** Most channels of one module. */
export const inputChannelsMax = 64;
