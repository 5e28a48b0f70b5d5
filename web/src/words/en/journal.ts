import { journalWords } from "../../../../src/contract/kinds/journal-rows.ts";
import type { Shape } from "../shape.ts";
import type { journal as zh } from "../zh/journal.ts";

export const journal: Shape<typeof zh> = {
  title: "Journal",
  lead: "Only ever appended; every row is chained to the one before by its hash.",
  chain: "Chain",
  wholeSite: "Whole site",
  revision: "Revision",
  what: "What",
  verify: "Verify the chain",
  verified: "{{n}} rows verified, the chain is whole.",
  broken: "Row {{n}} does not verify: the chain is broken!",
  newer: "Newer",
  older: "Older",
  by: {
    gateway: "The gateway",
    system: "System {{id}}",
    device: "Device {{id}}",
    panel: "Somebody at the panel",
    input: "Somebody with the key at input {{id}}",
  },
  body: "Everything",
  decision: {
    "already-so": "it is so already",
    ended: "the motion has ended",
    stop: "stop",
    "late-start": "it started too late and was stopped",
    lead: "the lead is sure",
    "reset-seen": "the panel was reset",
    "confirm-seen": "somebody confirmed at the shelf that nobody is inside",
    "confirm-ignored": "the confirm button was pressed and did nothing",
    alarm: "alarm",
    "room-alarm": "an alarm in the room holds it",
    "room-alarm-over": "the alarm is over, a reset is needed",
  },
  alarmState: { raised: "not yet cleared", cleared: "cleared" },
  ...journalWords("en"),
};
