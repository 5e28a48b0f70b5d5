import { describe, expect, it } from "vitest";
import { bigramQuery, normaliseQuery, pinyinInitials, searchTextOf } from "./search-text.ts";

describe("what the search box looks through", () => {
  it("knows a name by characters and by pinyin initials", () => {
    const text = searchTextOf({
      recordNo: "3200118755",
      customerNo: "3200118755",
      name: "南京和美机械制造股份有限公司",
      legalEntityCode: null,
    });
    expect(text).toContain("和美机械");
    expect(text).toContain("njhmjxzzgfyxgs");
    expect(text.split("\n")).toHaveLength(3);
  });

  it("folds what people type: full-width digits, spaces, capitals", () => {
    expect(normaliseQuery(" ３２００ 1187 55 ")).toBe("3200118755");
    expect(normaliseQuery("GW-0001")).toBe("gw-0001");
  });

  it("keeps Latin letters in initials", () => {
    expect(pinyinInitials("A区变电站").toLowerCase()).toContain("qbdz");
  });

  it("asks for every second pair of a long text, and for its end", () => {
    expect(bigramQuery("hmjxzz")).toBe("'hm' & 'jx' & 'zz'");
    expect(bigramQuery("hmjxz")).toBe("'hm' & 'jx' & 'xz'");
  });

  it("does not ask for what most firms are called, unless nothing else was typed", () => {
    expect(bigramQuery("魑魅文化有限公司")).toBe("'魑魅' & '文化'");
    expect(bigramQuery("公司")).toBe("'公司'");
    expect(bigramQuery("有限公司")).toBe("'有限' & '限公' & '公司'");
  });

  it("stays short enough for the index, whatever somebody calls himself", () => {
    const name = "﷽".repeat(200);
    const text = searchTextOf({ recordNo: name, customerNo: name, name, legalEntityCode: name });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_400);
  });

  it("asks for every pair of neighbours, quoted", () => {
    expect(bigramQuery("张三丰")).toBe("'张三' & '三丰'");
    expect(bigramQuery("和美机械")).toBe("'和美' & '美机' & '机械'");
    expect(bigramQuery("张")).toBe("'张':*");
    expect(bigramQuery("o'b")).toBe("'o''' & '''b'");
  });
});
