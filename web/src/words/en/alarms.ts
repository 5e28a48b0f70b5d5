import type { Shape } from "../shape.ts";
import type { alarms as zh } from "../zh/alarms.ts";

export const alarms: Shape<typeof zh> = {
  standing: "{{place}}: {{device}} raised an alarm ({{what}}) at {{time}}; it is not cleared.",
  holding:
    "{{place}}: {{device}} raised an alarm ({{what}}) at {{time}}; it is not cleared. Nothing moves in the room; once cleared, each area needs a reset at its panel.",
  more: "{{n}} more alarms are not cleared.",
  clear: "Clear",
  clearOf: "Clear the alarm of {{device}} ({{what}})",
  clearLead:
    "Go and look first. Your name and the reason are kept in the journal; if the device calls again, it comes back.",
  clearHoldingLead:
    "Go and look first: the fire must be out. Your name and the reason are kept in the journal; each area still needs a reset at its panel before it moves.",
  refused: "Alarms that were not taken (since the gateway started)",
  noSender: "Without a sender",
  level: { notice: "notice", warning: "warning", danger: "danger" },
  fault: {
    "over-budget": "Too many in a minute, dropped: look at that device.",
    "not-raised": "Wanted to clear an alarm that is not its own; ignored.",
    "names-another": "Named another device as the source; kept under its sender's name.",
    "no-sender": "Old form, nobody can tell who sent it: told, but it holds and clears nothing. Update the device.",
    "not-readable": "Not of the agreed form, dropped.",
    retained: "An old message kept by the broker, dropped.",
    "not-taken": "More than the gateway could take at the time, dropped: look at that device.",
    "not-stored": "The database was away too long; not written to the journal.",
  },
};
