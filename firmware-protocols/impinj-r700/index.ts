export type { EpcField } from "./binary-field.ts";
export { decodeReport } from "./decode-report.ts";
