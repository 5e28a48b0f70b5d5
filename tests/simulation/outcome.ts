/** The outcome of a request: done, refused in words, failed by an injected fault, lost in a crash, or a bug. */
import { Refusal } from "../../src/contract/errors.ts";
import { constraintCodes } from "../../src/server/constraint-codes.ts";
import { constraintOf } from "../../src/storage/database-error.ts";
import { InjectedFault } from "./broken-database.ts";
import type { Gateway } from "./gateway.ts";

export interface Request {
  name: string;
  run(gateway: Gateway): Promise<unknown>;
}

export type Outcome<T> =
  | { kind: "done"; value: T }
  | { kind: "refused"; code: string }
  | { kind: "failed"; detail: string }
  | { kind: "lost" }
  | { kind: "nobody" }
  | { kind: "unexpected"; detail: string };

const causesMax = 8;

function isInjected(error: unknown): boolean {
  let at = error;
  for (let depth = 0; depth < causesMax && at instanceof Error; depth++) {
    if (at instanceof InjectedFault) return true;
    at = at.cause;
  }
  return false;
}

export function isExpected(error: unknown): boolean {
  return error instanceof Refusal || isInjected(error);
}

export function outcomeOf<T>(error: unknown): Outcome<T> {
  if (error instanceof Refusal) return { kind: "refused", code: error.code };
  if (isInjected(error)) return { kind: "failed", detail: String((error as Error).message) };
  const constraint = constraintOf(error);
  const code = constraint ? constraintCodes[constraint] : undefined;
  if (code) return { kind: "refused", code };
  return { kind: "unexpected", detail: error instanceof Error ? `${error.message} ${error.stack}` : String(error) };
}
