import { type Logger, pino } from "pino";
import { loggedError } from "./contract/told-error.ts";

/** Lines of JSON on stdout; errors are logged without the values that they were about. */
export function openLog(level: string): Logger {
  const destination = pino.destination(1);
  // A closed terminal accepts no more lines; that must not end the program.
  destination.on("error", () => {
    destination.write = () => true;
  });
  return pino({ level, serializers: { err: loggedError } }, destination);
}
