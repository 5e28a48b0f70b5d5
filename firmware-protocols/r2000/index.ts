export { type Malformed, malformed } from "../framing/malformed.ts";
export { decodeReply, decodeRequest, encodeReply, encodeRequest, type Unknown } from "./decode.ts";
export { errorNames, type Outcome, outcomeOf } from "./error-codes.ts";
export {
  buildFrame,
  createR2000Parser,
  defaultAddress,
  frameBytesMax,
  publicAddress,
  type R2000Frame,
} from "./frame.ts";
export { type Status, statusOf } from "./message.ts";
export type { BufferedTag } from "./messages/buffer.ts";
export type { AntennaError, FastSwitch, FastSwitchEnd, Stay } from "./messages/fast-switch.ts";
export type { InventorySummary } from "./messages/inventory.ts";
export type { InventoryEnd } from "./messages/inventory-end.ts";
export { type OneByteSet, oneByteSetRows } from "./messages/one-byte-set.ts";
export { powerDbmMax } from "./messages/output-power.ts";
export type { Band } from "./messages/region.ts";
export type { Tag } from "./messages/tag-report.ts";
export { frequencyIndexMax, frequencyKHzOf, rssiRawOf, signalDbmOf } from "./signal.ts";
export { messageOf, messages, type Reply, type Request } from "./table.ts";
