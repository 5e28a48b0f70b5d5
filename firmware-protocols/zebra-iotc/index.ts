export { decodeZebraReport } from "./decode-report.ts";
