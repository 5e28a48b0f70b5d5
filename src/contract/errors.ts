import { aisleErrors } from "./error-table/aisle-errors.ts";
import { backupErrors } from "./error-table/backup-errors.ts";
import { boxErrors } from "./error-table/box-errors.ts";
import { deviceErrors } from "./error-table/device-errors.ts";
import { doorErrors } from "./error-table/door-errors.ts";
import { generalErrors } from "./error-table/general-errors.ts";
import { importErrors } from "./error-table/import-errors.ts";
import { jobErrors } from "./error-table/job-errors.ts";
import { leadErrors } from "./error-table/lead-errors.ts";
import { migrationErrors } from "./error-table/migration-errors.ts";
import { occupancyErrors } from "./error-table/occupancy-errors.ts";
import { processErrors } from "./error-table/process-errors.ts";
import { readsErrors } from "./error-table/reads-errors.ts";
import { statusErrors } from "./error-table/status-errors.ts";
import { heldByWord } from "./held-by-words.ts";
import { alarmWord } from "./kinds/alarms.ts";

/**
 * Every refusal and failure that a person or a system can meet: code → HTTP status and one plain sentence in both languages.
 * `{name}` in a sentence is filled from the error's parameters; `{alarm}` and `{heldBy}` are replaced by the word for the
 * parameter.
 */
export const errorTable = {
  ...generalErrors,
  ...aisleErrors,
  ...occupancyErrors,
  ...boxErrors,
  ...importErrors,
  ...deviceErrors,
  ...doorErrors,
  ...readsErrors,
  ...backupErrors,
  ...migrationErrors,
  ...jobErrors,
  ...leadErrors,
  ...processErrors,
  ...statusErrors,
} as const;

export type ErrorCode = keyof typeof errorTable;

/** An expected refusal: carries a code and the parameters of its sentence. People never see a stack trace of it. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;
  constructor(code: ErrorCode, params: Record<string, string | number> = {}) {
    super(sentence(code, "en", params));
    this.name = "Refusal";
    this.code = code;
    this.params = params;
  }
}

/** The plain sentence of a code with its parameters filled in. */
export function sentence(code: ErrorCode, language: "zh" | "en", params: Record<string, string | number> = {}): string {
  return errorTable[code][language].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(params[name] ?? "—");
    if (name === "heldBy") return heldByWord(value, language);
    return name === "alarm" ? alarmWord(value, language) : value;
  });
}
