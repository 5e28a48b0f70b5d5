import { alarmFaultTable, alarmLevelTable } from "../../../../src/contract/kinds/alarms.ts";
import { wordsOf } from "../../../../src/contract/kinds/said.ts";
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
  level: wordsOf(alarmLevelTable, "en"),
  fault: wordsOf(alarmFaultTable, "en"),
};
