/** Boxes, the actions that a person does with a single box, and loans. */
import { Type } from "typebox";
import {
  bindTagBody,
  boxDetailSchema,
  changeHomeBody,
  createBoxBody,
  firstBoxSchema,
  loansPageSchema,
  placeBoxBody,
  returnBoxBody,
  searchPageSchema,
  takeBoxBody,
  withdrawBoxBody,
} from "../catalogue.ts";
import { locateViewSchema } from "../locate.ts";
import { endpoint } from "./endpoint.ts";
import { idParams, intoSlot, pageQuery } from "./params.ts";

const tag = "boxes";

export const boxEndpoints = {
  search: endpoint({
    method: "GET",
    path: "/api/v1/search",
    ...{ tag: "lookup", right: "look" },
    summary: "自动定位 / Find a box by customer, name, pinyin initials, code, barcode, EPC or location",
    query: Type.Object({
      q: Type.String({ minLength: 1, maxLength: 200 }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    answer: searchPageSchema,
    formerList: "hits",
  }),
  getBox: endpoint({
    method: "GET",
    path: "/api/v1/boxes/:id",
    ...{ tag, right: "look", params: idParams },
    answer: boxDetailSchema,
    refusals: ["box-unknown"],
  }),
  getFirstBox: endpoint({
    method: "GET",
    path: "/api/v1/first-box",
    ...{ tag, right: "look" },
    answer: firstBoxSchema,
  }),
  createBox: endpoint({
    method: "POST",
    path: "/api/v1/boxes",
    ...{ tag, right: "catalogue", status: 201 },
    body: createBoxBody,
    answer: boxDetailSchema,
    refusals: ["box-barcode-taken", "home-taken", "tag-taken", ...intoSlot],
  }),
  bindTag: endpoint({
    method: "PUT",
    path: "/api/v1/boxes/:id/tag",
    ...{ tag, right: "catalogue", params: idParams },
    body: bindTagBody,
    answer: boxDetailSchema,
    refusals: ["box-unknown", "box-withdrawn", "tag-taken"],
  }),
  changeHome: endpoint({
    method: "PUT",
    path: "/api/v1/boxes/:id/home",
    ...{ tag, right: "catalogue", params: idParams },
    body: changeHomeBody,
    answer: boxDetailSchema,
    refusals: ["box-too-thick", "box-unknown", "box-withdrawn", "home-taken", "slot-unknown"],
  }),
  withdrawBox: endpoint({
    method: "POST",
    path: "/api/v1/boxes/:id/withdraw",
    ...{ tag, right: "catalogue", params: idParams },
    body: withdrawBoxBody,
    answer: boxDetailSchema,
    refusals: ["box-holds-records", "box-in-transit", "box-on-loan", "box-unknown", "box-withdrawn"],
  }),
  placeBox: endpoint({
    method: "POST",
    path: "/api/v1/boxes/:id/place",
    ...{ tag, right: "lend", params: idParams },
    body: placeBoxBody,
    answer: boxDetailSchema,
    refusals: ["box-on-loan", "box-unknown", "box-withdrawn", "slot-scan-differs", ...intoSlot],
  }),
  takeBox: endpoint({
    method: "POST",
    path: "/api/v1/boxes/:id/take",
    ...{ tag, right: "lend", params: idParams },
    body: takeBoxBody,
    answer: boxDetailSchema,
    refusals: ["box-on-loan", "box-unknown", "box-withdrawn", "person-unknown"],
  }),
  returnBox: endpoint({
    method: "POST",
    path: "/api/v1/boxes/:id/return",
    ...{ tag, right: "lend", params: idParams },
    body: returnBoxBody,
    answer: boxDetailSchema,
    refusals: ["box-has-no-home", "box-not-on-loan", "box-unknown", "box-withdrawn", ...intoSlot],
  }),
  listLoans: endpoint({
    method: "GET",
    path: "/api/v1/loans",
    ...{ tag, right: "look" },
    query: Type.Object({
      open: Type.Optional(Type.Boolean()),
      overdue: Type.Optional(Type.Boolean()),
      q: Type.Optional(Type.String({ maxLength: 80 })),
      ...pageQuery,
    }),
    answer: loansPageSchema,
    formerList: "rows",
    refusals: ["cursor-invalid"],
  }),
  startLocate: endpoint({
    method: "POST",
    path: "/api/v1/boxes/:id/locate",
    ...{ tag, right: "locate", params: idParams, status: 201 },
    answer: locateViewSchema,
    refusals: ["box-unknown", "box-withdrawn", "locate-no-room", "locate-no-tag", "locate-open"],
  }),
  getLocate: endpoint({
    method: "GET",
    path: "/api/v1/boxes/:id/locate",
    ...{ tag, right: "look", params: idParams },
    answer: locateViewSchema,
  }),
  endLocate: endpoint({
    method: "POST",
    path: "/api/v1/boxes/:id/locate/end",
    ...{ tag, right: "locate", params: idParams },
    answer: locateViewSchema,
  }),
};
