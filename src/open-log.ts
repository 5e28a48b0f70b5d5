import { type Logger, pino } from "pino";
import { loggedError } from "./contract/told-error.ts";

/** Lines of JSON on stdout, errors without what they were about. */
export function openLog(level: string): Logger {
  const destination = pino.destination(1);
  // A terminal that was closed takes no more lines, and ends nobody by that.
  destination.on("error", () => {
    destination.write = () => true;
  });
  return pino({ level, serializers: { err: loggedError } }, destination);
}
