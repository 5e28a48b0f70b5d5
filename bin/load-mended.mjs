/** Node's hook (module.register) that patches postgres.js when it is loaded from where it is installed. */
import { fileURLToPath } from "node:url";
import { mended } from "./mend-postgres.mjs";

export async function load(url, context, next) {
  const source = url.startsWith("file:") ? mended(fileURLToPath(url.split("?")[0])) : null;
  return source === null ? next(url, context) : { format: "module", source, shortCircuit: true };
}
