import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, expect, it, vi } from "vitest";
import type { SafetyRuleId } from "../../../../src/contract/safety-rules.ts";

// Loading the words sets the page's language.
vi.stubGlobal("document", { documentElement: { lang: "" } });
afterAll(() => vi.unstubAllGlobals());
const { KeptRules } = await import("./kept-rules.tsx");

const marks = (rules: readonly SafetyRuleId[]) =>
  [...renderToStaticMarkup(<KeptRules rules={rules} />).matchAll(/data-testid="([^"]+)"[^>]*>([^<]*)</g)].map(
    ([, name, words]) => `${name}: ${words}`,
  );

it("tells apart what the gateway does instead and what no gateway can", () => {
  expect(marks(["S3", "S16", "S12", "S23"])).toEqual([
    "kept-by-gateway: 由网关代为保证：S3 S12",
    "kept-by-shelving: 只由架体自身保证：S16 S23",
  ]);
  expect(marks(["S3"])).toEqual(["kept-by-gateway: 由网关代为保证：S3"]);
});

it("says nothing of a controller that carries all of them", () => {
  expect(marks([])).toEqual([]);
});
