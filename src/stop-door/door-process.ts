/**
 * Entry file of STOP's own door: a listener apart from the gateway's that judges by a copy and speaks with motion directly. It
 * has no database and no files; it dies with its parent, whose motion then ends by itself.
 */
import { systemClock } from "../clock/clock.ts";
import { goFirst } from "../clock/turns.ts";
import { askMotion } from "./ask-motion.ts";
import { knownCallers } from "./known-callers.ts";
import { type DoorOpening, type FromDoor, noCounts, type ToDoor } from "./messages.ts";
import { type Door, serveDoor } from "./serve-door.ts";

const clock = systemClock();
const callers = knownCallers();
let opening: DoorOpening | null = null;
let door: Door | null = null;
let isServing = false;
let isWhole = false;
let port: number | null = null;
let consolePort: number | null = null;

function send(message: FromDoor): void {
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

/** Listens only once the copy is complete, so that nobody is refused for coming too early. */
async function serve(): Promise<void> {
  if (!opening || !isWhole || port === null || isServing) return;
  isServing = true;
  try {
    const motion = askMotion(opening.stopSocket, clock);
    door = await serveDoor({ opening: { ...opening, port }, callers, motion, clock, onClosed: () => process.exit(1) });
    if (consolePort !== null) door.consoleAt(consolePort);
    send({ kind: "ready", port: door.port });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    send({ kind: "failed", code, detail: message });
  }
}

function hear(message: ToDoor): void {
  switch (message.kind) {
    case "open":
      opening = message;
      break;
    case "callers":
      callers.change(message.changes, clock.monoMs());
      send({ kind: "took" });
      isWhole ||= message.isWhole;
      void serve();
      break;
    case "listen":
      port = message.port;
      void serve();
      break;
    case "console":
      consolePort = message.port;
      door?.consoleAt(message.port);
      break;
    case "look":
      send({ kind: "alive", counts: door?.counts() ?? { ...noCounts(), callers: callers.count() } });
      break;
    case "close":
      process.exit(0);
  }
}

goFirst();
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
// The parent handles Ctrl-C and other signals of the terminal, and ends this process in order.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => process.exit(0));
process.on("message", hear);
