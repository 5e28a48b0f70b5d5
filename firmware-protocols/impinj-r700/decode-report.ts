import {
  frequencyOf,
  isObject,
  type JsonObject,
  type ReaderReport,
  ReportDraft,
  signalOf,
  timeOf,
  wholeNumber,
} from "../epc/tag-read.ts";
import { bankOf, type EpcField, pcOf } from "./binary-field.ts";

/** Antenna hubs give an R700 up to 32 ports; more is no port number. */
const antennaPortMax = 255;

/** One MQTT message, HTTP stream line or webhook body of an R700. Never throws; PROTOCOL.md has the shapes. */
export function decodeReport(json: unknown, epcField: EpcField): ReaderReport {
  const draft = new ReportDraft();
  if (Array.isArray(json)) {
    for (const [event, path] of draft.entries(json, "")) readEvent(event, path, epcField, draft);
  } else if (isObject(json) && Array.isArray(json.events)) {
    for (const [event, path] of draft.entries(json.events, "events")) readEvent(event, path, epcField, draft);
  } else {
    readEvent(json, "", epcField, draft);
  }
  return draft;
}

function readEvent(event: unknown, path: string, epcField: EpcField, draft: ReportDraft): void {
  if (!isObject(event)) {
    draft.problem(path, "an event must be an object");
  } else if (event.tagInventoryEvent !== undefined) {
    readTag(event, `${path}.tagInventoryEvent`, epcField, draft);
  } else if (isObject(event.antennaConnectedEvent)) {
    readAntenna(event.antennaConnectedEvent, true, `${path}.antennaConnectedEvent`, draft);
  } else if (isObject(event.antennaDisconnectedEvent)) {
    readAntenna(event.antennaDisconnectedEvent, false, `${path}.antennaDisconnectedEvent`, draft);
  } else if (typeof event.eventType !== "string" && !Object.keys(event).some((key) => key.endsWith("Event"))) {
    draft.problem(path, "neither an event nor a list of events");
  }
}

function readAntenna(event: JsonObject, connected: boolean, path: string, draft: ReportDraft): void {
  const antenna = wholeNumber(event.antennaPort, 1, antennaPortMax);
  if (antenna === null) draft.problem(path, "antennaPort is missing or no port");
  else draft.hints.push({ kind: "antenna", antenna, connected });
}

function readTag(event: JsonObject, path: string, epcField: EpcField, draft: ReportDraft): void {
  const tag = event.tagInventoryEvent;
  if (!isObject(tag)) {
    draft.problem(path, "must be an object");
    return;
  }
  const epc = bankOf(tag.epcHex, tag.epc, epcField);
  if (epc.hex === null) {
    draft.problem(path, epc.why);
    return;
  }
  const tid = bankOf(tag.tidHex, tag.tid, epcField);
  const pc = pcOf(tag.pc);
  const frequencyKHz = typeof tag.frequency === "number" ? frequencyOf(tag.frequency) : null;
  draft.reads.push({
    epc: epc.hex,
    antenna: wholeNumber(tag.antennaPort, 1, antennaPortMax),
    signalDbm: typeof tag.peakRssiCdbm === "number" ? signalOf(tag.peakRssiCdbm / 100) : null,
    atMs: timeOf(tag.lastSeenTime) ?? timeOf(event.timestamp) ?? timeOf(tag.firstSeenTime),
    count: 1,
    ...(tid.hex === null ? {} : { tid: tid.hex }),
    ...(pc === null ? {} : { pc }),
    ...(frequencyKHz === null ? {} : { frequencyKHz }),
  });
}
