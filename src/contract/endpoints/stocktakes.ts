/** 盘点 (stocktakes): of a room, a part of it or one aisle; their lines; and calibrations of the antennas. */
import { Type } from "typebox";
import { acknowledgeFindingBody, aisleAttentionSchema } from "../attention.ts";
import { calibrationViewSchema, learnCalibrationBody } from "../calibrations.ts";
import { stocktakeClasses } from "../kinds/stocktake-lines.ts";
import { listOf } from "../lists.ts";
import {
  decideLineBody,
  startStocktakeBody,
  stocktakeLineSchema,
  stocktakeLinesPageSchema,
  stocktakeViewSchema,
} from "../stocktake.ts";
import { endpoint } from "./endpoint.ts";
import { jobRefusals, workbook } from "./files.ts";
import { areaKey, areaParams, id, idParams } from "./params.ts";

const tag = "stocktakes";
/** The area's aisles with open findings, as in getArea. */
const attention = listOf(aisleAttentionSchema);

export const stocktakeSteps = ["pause", "resume", "cancel"] as const;

const stepped = {
  method: "POST",
  tag,
  right: "stocktake",
  params: idParams,
  answer: stocktakeViewSchema,
  refusals: ["stocktake-not-possible", "stocktake-open"],
} as const;

export const stocktakeEndpoints = {
  listStocktakes: endpoint({
    method: "GET",
    path: "/api/v1/stocktakes",
    ...{ tag, right: "look" },
    query: Type.Object({ kind: Type.Optional(Type.Enum(["full", "delta"])) }),
    answer: listOf(stocktakeViewSchema),
    formerList: "whole",
  }),
  startStocktake: endpoint({
    method: "POST",
    path: "/api/v1/stocktakes",
    ...{ tag, right: "stocktake", status: 201 },
    body: startStocktakeBody,
    answer: stocktakeViewSchema,
    refusals: ["stocktake-empty", "stocktake-open"],
  }),
  getStocktake: endpoint({
    method: "GET",
    path: "/api/v1/stocktakes/:id",
    ...{ tag, right: "look", params: idParams },
    answer: stocktakeViewSchema,
  }),
  pauseStocktake: endpoint({ ...stepped, path: "/api/v1/stocktakes/:id/pause" }),
  resumeStocktake: endpoint({ ...stepped, path: "/api/v1/stocktakes/:id/resume" }),
  cancelStocktake: endpoint({ ...stepped, path: "/api/v1/stocktakes/:id/cancel" }),
  listStocktakeLines: endpoint({
    method: "GET",
    path: "/api/v1/stocktakes/:id/lines",
    ...{ tag, right: "look", params: idParams },
    query: Type.Object({
      class: Type.Optional(Type.Enum([...stocktakeClasses])),
      /** Number of the last line that the caller has. */
      cursor: Type.Optional(Type.Integer({ minimum: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    }),
    answer: stocktakeLinesPageSchema,
    formerList: "lines",
  }),
  decideLine: endpoint({
    method: "POST",
    path: "/api/v1/stocktakes/:id/lines/:no/decision",
    ...{ tag, right: "decide" },
    params: Type.Object({ id, no: Type.Integer({ minimum: 1 }) }),
    body: decideLineBody,
    answer: stocktakeLineSchema,
  }),
  getStocktakeResult: endpoint({
    method: "GET",
    path: "/api/v1/stocktakes/:id/result.xlsx",
    ...{ tag, right: "look", params: idParams },
    answer: workbook,
    refusals: jobRefusals,
  }),
  getStocktakeReads: endpoint({
    method: "GET",
    path: "/api/v1/stocktakes/:id/reads.ndjson",
    ...{ tag, right: "look", params: idParams },
    answer: { file: "application/x-ndjson" },
    refusals: jobRefusals,
  }),
  startDelta: endpoint({
    method: "POST",
    path: "/api/v1/areas/:areaKey/aisles/:aisle/delta",
    ...{ tag, right: "stocktake", status: 202 },
    params: Type.Object({ areaKey, aisle: Type.Integer() }),
    answer: attention,
    formerList: "whole",
    refusals: ["aisle-unknown"],
  }),
  acknowledgeFinding: endpoint({
    method: "POST",
    path: "/api/v1/areas/:areaKey/findings/:id/acknowledge",
    ...{ tag, right: "decide" },
    params: Type.Object({ areaKey, id }),
    body: Type.Optional(acknowledgeFindingBody),
    answer: attention,
    formerList: "whole",
  }),
  getCalibration: endpoint({
    method: "GET",
    path: "/api/v1/areas/:areaKey/calibration",
    ...{ tag: "areas", right: "look", params: areaParams },
    answer: calibrationViewSchema,
  }),
  learnCalibration: endpoint({
    method: "POST",
    path: "/api/v1/areas/:areaKey/calibration",
    ...{ tag: "areas", right: "calibrate", params: areaParams, status: 201 },
    body: learnCalibrationBody,
    answer: calibrationViewSchema,
    refusals: ["calibration-stocktake-unfit", "calibration-no-stocktakes"],
  }),
};
