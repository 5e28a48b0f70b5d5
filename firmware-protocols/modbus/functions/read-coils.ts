import { readBitsCodec } from "../read-bits.ts";

/** 01 Read Coils (V1.1b3 §6.1): bits that can be written too. */
export const readCoils = readBitsCodec(1);
