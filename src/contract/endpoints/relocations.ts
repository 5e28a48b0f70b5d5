/** 批量移位 (relocation): previewed, planned, carried out box by box. */
import { Type } from "typebox";
import { listOf } from "../lists.ts";
import {
  pickBody,
  planRelocationBody,
  putBody,
  relocationDetailSchema,
  relocationPreviewSchema,
  relocationViewSchema,
  skipBody,
} from "../relocation.ts";
import { endpoint } from "./endpoint.ts";
import { id, idParams, intoSlot } from "./params.ts";

const tag = "relocations";
const right = "relocate";
const params = Type.Object({ id, no: Type.Integer({ minimum: 1 }) });
const answer = relocationDetailSchema;
const ofBox = ["box-unknown", "box-withdrawn"] as const;

export const relocationSteps = ["start", "pause", "resume", "cancel"] as const;

const stepped = {
  method: "POST",
  tag,
  right,
  params: idParams,
  answer,
  refusals: ["relocation-box-in-hand", "relocation-not-possible", "slot-reserved"],
} as const;

export const relocationEndpoints = {
  /** Changes nothing. */
  previewRelocation: endpoint({
    method: "POST",
    path: "/api/v1/relocations/preview",
    ...{ tag, right },
    body: planRelocationBody,
    answer: relocationPreviewSchema,
  }),
  listRelocations: endpoint({
    method: "GET",
    path: "/api/v1/relocations",
    ...{ tag, right: "look" },
    answer: listOf(relocationViewSchema),
    formerList: "whole",
  }),
  /** Stores the plan and reserves the target slots. */
  planRelocation: endpoint({
    method: "POST",
    path: "/api/v1/relocations",
    ...{ tag, right, status: 201, answer },
    body: planRelocationBody,
    refusals: ["relocation-empty", "slot-reserved"],
  }),
  getRelocation: endpoint({
    method: "GET",
    path: "/api/v1/relocations/:id",
    ...{ tag, right: "look", params: idParams, answer },
  }),
  startRelocation: endpoint({ ...stepped, path: "/api/v1/relocations/:id/start" }),
  pauseRelocation: endpoint({ ...stepped, path: "/api/v1/relocations/:id/pause" }),
  resumeRelocation: endpoint({ ...stepped, path: "/api/v1/relocations/:id/resume" }),
  cancelRelocation: endpoint({ ...stepped, path: "/api/v1/relocations/:id/cancel" }),
  undoRelocation: endpoint({
    method: "POST",
    path: "/api/v1/relocations/:id/undo",
    ...{ tag, right, params: idParams, status: 201, answer },
    body: skipBody,
    refusals: ["relocation-empty", "relocation-in-plan", "relocation-not-possible", "slot-reserved"],
  }),
  /** Verified by a scan of the box, or by radio: its layer's antennas no longer hear it. */
  pickBox: endpoint({
    method: "POST",
    path: "/api/v1/relocations/:id/moves/:no/pick",
    ...{ tag, right, params, answer },
    body: pickBody,
    refusals: ["move-not-verified", "move-wrong-box", "relocation-box-elsewhere", "relocation-not-possible", ...ofBox],
  }),
  /** Verified by a scan of the slot, or by radio: the antennas of the target layer hear the box. */
  putBox: endpoint({
    method: "POST",
    path: "/api/v1/relocations/:id/moves/:no/put",
    ...{ tag, right, params, answer },
    body: putBody,
    refusals: [
      "move-not-verified",
      "move-wrong-box",
      "relocation-not-possible",
      "slot-scan-differs",
      ...ofBox,
      ...intoSlot,
    ],
  }),
  skipMove: endpoint({
    method: "POST",
    path: "/api/v1/relocations/:id/moves/:no/skip",
    ...{ tag, right, params, answer },
    body: skipBody,
    refusals: ["relocation-not-possible", ...ofBox, ...intoSlot],
  }),
};
