import {
  epcText,
  frequencyOf,
  isObject,
  type JsonObject,
  type ReaderReport,
  ReportDraft,
  signalOf,
  timeOf,
  wholeNumber,
} from "../epc/tag-read.ts";

const antennaMax = 255;
const countMax = 1_000_000;

/** One MQTT or HTTP message of the FX IoT Connector, or of an RFD40 handheld (`dataEVT`). Never throws; PROTOCOL.md has the shapes. */
export function decodeReport(json: unknown): ReaderReport {
  const draft = new ReportDraft();
  if (Array.isArray(json)) {
    for (const [event, path] of draft.entries(json, "")) readEvent(event, path, draft);
  } else {
    readEvent(json, "", draft);
  }
  return draft;
}

function readEvent(event: unknown, path: string, draft: ReportDraft): void {
  if (!isObject(event)) {
    draft.problem(path, "an event must be an object");
    return;
  }
  const { data } = event;
  if (isObject(data) && Array.isArray(data.tagData)) {
    for (const [tag, at] of draft.entries(data.tagData, `${path}.data.tagData`)) readTag(tag, event, at, draft);
  } else if (isObject(data) && (data.idHex !== undefined || data.EPCid !== undefined)) {
    readTag(data, event, `${path}.data`, draft);
  } else if (
    typeof event.type !== "string" &&
    typeof event.eventType !== "string" &&
    typeof event.command !== "string"
  ) {
    draft.problem(path, "neither tag data nor a named event");
  }
}

function readTag(tag: unknown, event: JsonObject, path: string, draft: ReportDraft): void {
  if (!isObject(tag)) {
    draft.problem(path, "must be an object");
    return;
  }
  const epc = epcText(tag.idHex ?? tag.EPCid);
  if (epc === null) {
    draft.problem(path, "invalid EPC: not hex");
    return;
  }
  const tid = epcText(tag.TID);
  const pc = typeof tag.PC === "string" && /^[0-9A-Fa-f]{4}$/.test(tag.PC) ? Number.parseInt(tag.PC, 16) : null;
  const frequencyKHz = channelKHz(tag.channel);
  draft.reads.push({
    epc,
    antenna: wholeNumber(tag.antenna, 1, antennaMax),
    signalDbm: signalOf(tag.peakRssi),
    atMs: timeOf(event.timestamp),
    count: wholeNumber(tag.reads ?? tag.seenCount, 1, countMax) ?? 1,
    ...(tid === null ? {} : { tid }),
    ...(pc === null ? {} : { pc }),
    ...(frequencyKHz === null ? {} : { frequencyKHz }),
  });
}

/** `channel` is MHz, as text (handheld) or as a number. */
function channelKHz(channel: unknown): number | null {
  if (typeof channel === "number") return frequencyOf(channel * 1000);
  return typeof channel === "string" && /^\d{3}(\.\d{1,4})?$/.test(channel)
    ? frequencyOf(Number(channel) * 1000)
    : null;
}
