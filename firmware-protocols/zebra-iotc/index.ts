export { decodeReport } from "./decode-report.ts";
