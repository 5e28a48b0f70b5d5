/** Areas, their aisles, locks on them, and the commands that move them. */
import { Type } from "typebox";
import {
  areaLockViewSchema,
  areaViewSchema,
  commandViewSchema,
  lockBody,
  motionBody,
  openAisleBody,
  openAisleResultSchema,
  showBoxResultSchema,
} from "../aisles.ts";
import { endpoint, nothing } from "./endpoint.ts";
import { areaParams, id, idParams } from "./params.ts";

const tag = "aisles";

/** The query of a STOP is not validated: an unknown parameter is no reason to refuse it. */
const stopQuery = Type.Object({
  press: Type.Optional(
    Type.Unknown({
      description:
        "A name (8–64 of A–Z, a–z, 0–9, _ and -) for a press that goes to STOP's own door as well (STOP_PORT, the same address): one row in the journal",
    }),
  ),
});

export const areaVerbs = ["close", "ventilate", "inhibit", "release", "pause"] as const;
export type AreaVerb = (typeof areaVerbs)[number];

/** Reasons why motion does not start a command: the guards of src/shelving, and events that overtook the command. */
const motionRefusals = [
  "aisle-not-confirmed",
  "aisle-occupancy-unknown",
  "aisle-occupied",
  "aisle-too-narrow",
  "aisle-unknown",
  "area-alarm",
  "area-busy",
  "area-emergency-stop",
  "area-fault",
  "area-heartbeat-lost",
  "area-inhibited",
  "area-interlock",
  "area-led-elsewhere",
  "area-lock-releasing",
  "area-locked",
  "area-needs-reset",
  "area-offline",
  "area-over-current",
  "area-panel-logged-out",
  "area-picture-old",
  "area-picture-unproven",
  "area-position-changed",
  "area-position-unknown",
  "area-protected",
  "area-reset-impossible",
  "area-room-alarm",
  "area-sensor-fault",
  "area-stale",
  "area-tripped",
  "clock-gap",
  "inhibit-here-only",
  "lead-ending",
  "lead-unsure",
  "motion-away",
  "motion-restarted",
  "nothing-moving",
  "request-overtaken",
  "request-too-old",
] as const;

const moved = {
  method: "POST",
  tag,
  right: "move",
  params: areaParams,
  status: 202,
  body: Type.Optional(motionBody),
  answer: commandViewSchema,
  refusals: motionRefusals,
} as const;

export const aisleEndpoints = {
  getArea: endpoint({
    method: "GET",
    path: "/api/v1/areas/:areaKey",
    ...{ tag, right: "look", params: areaParams },
    answer: areaViewSchema,
  }),
  /** Answers with the command, and with the findings still open at the area's aisles. */
  openAisle: endpoint({
    method: "POST",
    path: "/api/v1/areas/:areaKey/open",
    ...{ tag, right: "move", params: areaParams, status: 202 },
    body: openAisleBody,
    answer: openAisleResultSchema,
    refusals: motionRefusals,
  }),
  closeArea: endpoint({ ...moved, path: "/api/v1/areas/:areaKey/close" }),
  ventilateArea: endpoint({ ...moved, path: "/api/v1/areas/:areaKey/ventilate" }),
  inhibitArea: endpoint({ ...moved, path: "/api/v1/areas/:areaKey/inhibit" }),
  releaseArea: endpoint({ ...moved, path: "/api/v1/areas/:areaKey/release", right: "release" }),
  pauseArea: endpoint({ ...moved, path: "/api/v1/areas/:areaKey/pause" }),
  stopArea: endpoint({
    method: "POST",
    path: "/api/v1/areas/:areaKey/stop",
    ...{ tag, right: "stop", params: areaParams, query: stopQuery, status: 202 },
    answer: Type.Object({}),
    refusals: ["motion-away"],
  }),
  stopAll: endpoint({
    method: "POST",
    path: "/api/v1/stop",
    ...{ tag, right: "stop", query: stopQuery, status: 202 },
    answer: Type.Object({}),
    refusals: ["motion-away"],
  }),
  lockArea: endpoint({
    method: "POST",
    path: "/api/v1/areas/:areaKey/lock",
    ...{ tag, right: "move", params: areaParams, status: 201, idempotency: "off", isAtOnce: true },
    body: lockBody,
    answer: areaLockViewSchema,
    refusals: ["lock-already", "lock-is-personal"],
  }),
  /** Open to everybody signed in: a person who has lost the role meanwhile can still take off their own lock, and no other. */
  unlockArea: endpoint({
    method: "POST",
    path: "/api/v1/areas/:areaKey/unlock",
    ...{ tag, right: "signed-in", params: areaParams, status: 204 },
    answer: nothing,
    refusals: ["lock-is-personal", "lock-none"],
  }),
  /** Takes off somebody else's lock. */
  takeOffLock: endpoint({
    method: "POST",
    path: "/api/v1/areas/:areaKey/locks/:lockId/take-off",
    ...{ tag, right: "takeOff", status: 204 },
    params: Type.Object({ ...areaParams.properties, lockId: id }),
    body: lockBody,
    answer: nothing,
    refusals: ["lock-gone", "lock-is-personal", "lock-yours"],
  }),
  getCommand: endpoint({
    method: "GET",
    path: "/api/v1/commands/:id",
    ...{ tag, right: "look", params: idParams },
    answer: commandViewSchema,
  }),
  /** Opens the aisle and lights the slot; `attention` as with openAisle. */
  showBox: endpoint({
    method: "POST",
    path: "/api/v1/boxes/:id/show",
    ...{ tag, right: "move", params: idParams, status: 202 },
    answer: showBoxResultSchema,
    refusals: ["box-not-in-slot", "box-on-loan", "box-unknown", ...motionRefusals],
  }),
};
