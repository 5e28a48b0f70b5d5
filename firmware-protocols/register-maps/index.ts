export {
  type ClimateRegisterMap,
  climateSensors,
  decodeClimate,
  encodeClimate,
  type WireClimate,
} from "./climate-sensors.ts";
export { type ControllerDevice, type ControllerInput, createControllerBank } from "./controller-bank.ts";
export { decodeStatus, type StatusReading } from "./decode-status.ts";
export { encodeStatus } from "./encode-status.ts";
export { encodeBeat, encodeCommand, encodeLight, encodeStop, judgeCheck, type WireStep } from "./encode-steps.ts";
export { fatekNjust } from "./fatek-njust.ts";
export type { RegisterMap, ShelfShape, Shortcoming } from "./register-map.ts";
export { registerMaps } from "./register-maps.ts";
export { room1 } from "./room-1.ts";
export { statusReads } from "./status-reads.ts";
export * from "./wire-status.ts";
