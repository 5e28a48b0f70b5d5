import { type ErrorCode, errorTable, sentence } from "../contract/errors.ts";
import type { Problem } from "../contract/problem.ts";

/** RFC 9457: a code with its status and its sentences. */
export function problemOf(
  code: ErrorCode,
  language: "zh" | "en",
  params: Record<string, string | number> = {},
  problems?: Problem["problems"],
): Problem {
  return {
    type: `urn:guiwei:error:${code}`,
    title: sentence(code, language, params),
    status: errorTable[code].status,
    code,
    zh: sentence(code, "zh", params),
    en: sentence(code, "en", params),
    ...(problems ? { problems } : {}),
  };
}
