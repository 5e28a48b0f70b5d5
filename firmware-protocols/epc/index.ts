export { decodeEpc, epcBytesMax, type Gs1Epc, pcToggleBit, type RawEpc } from "./decode-epc.ts";
export { type EpcHex, encodeIdentityUri, encodeTagUri } from "./encode-epc.ts";
export { gen2Crc } from "./gen2-crc.ts";
export type { SchemeName } from "./schemes.ts";
export {
  type AntennaHint,
  problemsPerMessageMax,
  type ReaderReport,
  type ReportProblem,
  readsPerMessageMax,
  type TagRead,
} from "./tag-read.ts";
