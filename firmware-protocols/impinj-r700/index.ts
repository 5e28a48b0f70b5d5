export type { EpcField } from "./binary-field.ts";
export { decodeImpinjReport } from "./decode-report.ts";
