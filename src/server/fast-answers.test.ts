import { fastify } from "fastify";
import { Type } from "typebox";
import { expect, test } from "vitest";
import { boxDetailSchema } from "../contract/catalogue.ts";
import { plainer } from "./fast-answers.ts";

const record = {
  ...{
    id: "r1",
    recordNo: "A",
    customerNo: "32001187",
    name: '张三 "电力"',
    legalEntityCode: null,
    businessType: "高压",
  },
  ...{ supplyOffice: null, line: "l", state: "active", secrecyLevel: "internal", boxId: "b", version: 1 },
};
const place = {
  ...{ kind: "slot", slotId: "s", locationCode: null, areaKey: "r1.1", aisle: 1, sinceMs: 1 },
  ...{ holder: { id: "p", name: "王" }, evidence: { by: "radio", list: [1, null], deep: { a: "b" } } },
};
const box = {
  id: "b",
  barcode: "B",
  epc: null,
  thicknessMm: 30,
  homeSlotId: null,
  homeLocationCode: "c",
  place,
  withdrawnAtMs: null,
  version: 1,
};

async function serialised(schema: unknown, value: unknown): Promise<unknown> {
  const app = fastify();
  app.get("/", { schema: { response: { 200: schema } } }, () => value);
  const answer = await app.inject("/");
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

test("the plainer schema gives the same answer as the full one, and leaves out what is not named", async () => {
  const value = { ...box, records: [record, { ...record, boxId: null }], passwordHash: "never" };
  const answer = await serialised(plainer(boxDetailSchema), value);
  expect(answer).toEqual(await serialised(boxDetailSchema, value));
  expect(answer).toEqual({ ...box, records: [record, { ...record, boxId: null }] });
  const away = { ...box, place: { ...place, holder: null }, records: [] };
  expect(await serialised(plainer(boxDetailSchema), away)).toEqual(away);
});

test("a union of shapes stays as it is; nothing inside it is lost", async () => {
  const schema = Type.Object({
    may: Type.Record(Type.String(), Type.Union([Type.Literal(true), Type.Object({ zh: Type.String() })])),
    either: Type.Union([Type.Object({ a: Type.Integer() }), Type.Object({ b: Type.Integer() })]),
    list: Type.Union([Type.Array(Type.Union([Type.Literal("x"), Type.Literal("y")])), Type.Null()]),
  });
  const value = { may: { open: true, close: { zh: "不" } }, either: { b: 2 }, list: ["x", "y"] };
  expect(await serialised(plainer(schema), value)).toEqual(value);
  expect(await serialised(plainer(schema), { ...value, list: null })).toEqual({ ...value, list: null });
});

test("no validation is left in the schema of a box", () => {
  expect(JSON.stringify(plainer(boxDetailSchema))).not.toMatch(/anyOf|const|patternProperties/);
});
