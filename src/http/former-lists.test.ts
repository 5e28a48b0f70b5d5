import type { TObject, TSchema } from "typebox";
import { describe, expect, it } from "vitest";
import { type Endpoint, isFile } from "../contract/endpoints/endpoint.ts";
import { endpoints } from "../contract/endpoints/endpoints.ts";
import { formerListOf } from "./former-lists.ts";

const rows: [string, Endpoint][] = Object.entries(endpoints);
const propertiesOf = ({ answer }: Endpoint): Record<string, TSchema> =>
  isFile(answer) ? {} : ((answer as TObject).properties ?? {});

describe("lists", () => {
  it("have one shape, in every answer that is one", () => {
    for (const [name, row] of rows) {
      const { answer } = row;
      if (isFile(answer)) continue;
      expect((answer as { type?: string }).type, `${name} answers with a bare list`).not.toBe("array");
      const keys = Object.keys(propertiesOf(row));
      expect(keys.includes("items"), name).toBe(keys.includes("nextCursor"));
    }
  });

  it("are told in their former shape, with what else was said", () => {
    const now = { items: [1, 2], nextCursor: "c", head: 7 };
    expect(formerListOf(endpoints.readJournal)?.of(now)).toEqual({ rows: [1, 2], nextCursor: "c", head: 7 });
    expect(formerListOf(endpoints.search)?.of(now)).toMatchObject({ hits: [1, 2] });
    expect(formerListOf(endpoints.listStocktakeLines)?.of(now)).toMatchObject({ lines: [1, 2] });
    expect(formerListOf(endpoints.listRooms)?.of(now)).toEqual([1, 2]);
    expect(formerListOf(endpoints.getBox)).toBeNull();
  });

  it("were something before: each of them, and nothing else", () => {
    const lists = rows.filter(([, row]) => "items" in propertiesOf(row)).map(([name]) => name);
    expect(lists.length).toBeGreaterThan(10);
    expect(rows.filter(([, row]) => formerListOf(row)).map(([name]) => name)).toEqual(lists);
  });
});
