/** State of room, devices and gateway, the journal, and endpoints of the demo. */
import { Type } from "typebox";
import { roomSchema } from "../aisles.ts";
import { alarmsViewSchema, clearAlarmBody } from "../alarms.ts";
import { journalPageSchema, journalVerificationSchema } from "../journal.ts";
import { leadViewSchema } from "../lead.ts";
import { listOf } from "../lists.ts";
import { deviceLineSchema, healthSchema } from "../ports.ts";
import { endpoint, nothing } from "./endpoint.ts";
import { idParams, pageQuery } from "./params.ts";

const chain = Type.Optional(Type.String({ maxLength: 80 }));
const strict = { additionalProperties: false } as const;

export const watchEndpoints = {
  /** The geometry that the map draws. */
  listRooms: endpoint({
    method: "GET",
    path: "/api/v1/rooms",
    ...{ tag: "rooms", right: "look" },
    answer: listOf(roomSchema),
    formerList: "whole",
  }),
  listDevices: endpoint({
    method: "GET",
    path: "/api/v1/devices",
    ...{ tag: "devices", right: "devices" },
    answer: listOf(deviceLineSchema),
    formerList: "whole",
  }),
  getLead: endpoint({
    method: "GET",
    path: "/api/v1/lead",
    ...{ tag: "health", right: "look" },
    answer: leadViewSchema,
  }),
  getHealth: endpoint({
    method: "GET",
    path: "/health",
    ...{ tag: "health", right: "public" },
    answer: healthSchema,
    badStatus: 503,
  }),
  /** Open without sign-in from this machine; from elsewhere the right to see devices is needed. */
  getMetrics: endpoint({
    method: "GET",
    path: "/metrics",
    ...{ tag: "health", right: "public" },
    answer: { file: "text/plain" },
  }),
  getAlarms: endpoint({
    method: "GET",
    path: "/api/v1/alarms",
    ...{ tag: "alarms", right: "look" },
    answer: alarmsViewSchema,
  }),
  clearAlarm: endpoint({
    method: "POST",
    path: "/api/v1/alarms/:id/clear",
    ...{ tag: "alarms", right: "clearAlarm", params: idParams, status: 204 },
    body: Type.Optional(clearAlarmBody),
    answer: nothing,
  }),
  /** By chain: oldest first, `head` is its newest revision. By subject: newest first, paged, `head` is 0. */
  readJournal: endpoint({
    method: "GET",
    path: "/api/v1/journal",
    ...{ tag: "journal", right: "look" },
    query: Type.Object(
      {
        chain,
        after: Type.Optional(Type.Integer({ minimum: 0 })),
        subject: Type.Optional(Type.String({ maxLength: 120 })),
        ...pageQuery,
      },
      strict,
    ),
    answer: journalPageSchema,
    formerList: "rows",
    refusals: ["cursor-invalid"],
  }),
  /** Rows that fail verification; an empty list means that every row is as it was written. */
  verifyJournal: endpoint({
    method: "GET",
    path: "/api/v1/journal/verify",
    ...{ tag: "journal", right: "audit" },
    query: Type.Object({ chain }, strict),
    answer: journalVerificationSchema,
    refusals: ["journal-verify-running"],
  }),
};

/** Absent outside the demo. */
export const demoEndpoints = {
  listDemoExamples: endpoint({
    method: "GET",
    path: "/api/v1/demo/examples",
    ...{ tag: "demo", right: "look" },
    answer: listOf(Type.String()),
    formerList: "whole",
  }),
  getTwin: endpoint({
    method: "GET",
    path: "/api/v1/demo/twin",
    ...{ tag: "demo", right: "look" },
    answer: Type.Unknown(),
    refusals: ["twin-failed"],
  }),
  tellTwin: endpoint({
    method: "POST",
    path: "/api/v1/demo/twin",
    ...{ tag: "demo", right: "look", idempotency: "off" },
    body: Type.Record(Type.String(), Type.Unknown()),
    answer: Type.Unknown(),
    refusals: ["twin-failed"],
  }),
};
