/** Sentences and names that the gateway sends in both languages. */
import { type ErrorCode, errorTable, sentence } from "../../../src/contract/errors.ts";
import { ProblemError } from "../live/call.ts";
import type { Language } from "./index.ts";

export function say(saying: { zh: string; en: string }, language: Language): string {
  return saying[language] || saying.zh || saying.en;
}

export function sayProblem(error: unknown, language: Language): string {
  if (error instanceof ProblemError) return error[language];
  return language === "zh" ? "页面内部错误，请刷新后重试。" : "Something failed in this page; reload and try again.";
}

/** The plain sentence of a bare code; unknown codes are shown as they are. */
export function sayCode(code: string, language: Language, params: Record<string, string | number> = {}): string {
  return code in errorTable ? sentence(code as ErrorCode, language, params) : code;
}
