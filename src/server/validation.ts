/** Validates input: ajv with formats; faults in both languages. */
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import localizers from "ajv-i18n";
import type { FastifySchemaCompiler, FastifySchemaValidationError } from "fastify";

const faultsMax = 50;

// The package's types describe its ESM wrapper; what Node loads is the plain object.
const localize = localizers as unknown as Record<"zh" | "en", (errors: object[]) => void>;

/**
 * Bodies are validated as they are: coercion would turn null into "" and 0, and absence must never overwrite a value. Queries,
 * paths and headers are text, so numbers and booleans in them are parsed. A check is compiled at its first use: compiling all at
 * once delayed the start.
 */
export function validatorCompiler(): FastifySchemaCompiler<unknown> {
  const settings = { allErrors: true, useDefaults: true, removeAdditional: false, strict: false } as const;
  const strictAjv = new Ajv({ ...settings, coerceTypes: false });
  const textAjv = new Ajv({ ...settings, coerceTypes: "array" });
  addFormats.default(strictAjv);
  addFormats.default(textAjv);
  return ({ schema, httpPart }) => {
    let known: ValidateFunction | undefined;
    const mayBeLeftOut = httpPart === "body" && Object.hasOwn(schema as object, "~optional");
    const validate = (value: unknown): boolean => {
      if (mayBeLeftOut && (value === undefined || value === null)) return true;
      known ??= (httpPart === "body" ? strictAjv : textAjv).compile(schema as object);
      const isGood = known(value) === true;
      validate.errors = known.errors ?? null;
      return isGood;
    };
    validate.errors = null as NonNullable<ValidateFunction["errors"]> | null;
    return validate;
  };
}

export interface Fault {
  path: string;
  zh: string;
  en: string;
}

/** Faults field by field, with the same path in both languages. */
export function faultsOf(found: readonly FastifySchemaValidationError[], part: string): Fault[] {
  const errors = informative(found).slice(0, faultsMax);
  const inLanguage = (language: "zh" | "en") => {
    const copies = errors.map((error) => ({ ...error, schemaPath: error.schemaPath ?? "" }));
    localize[language](copies);
    return copies.map((copy) => copy.message ?? "");
  };
  const zh = inLanguage("zh");
  const en = inLanguage("en");
  return errors.map((error, i) => ({
    path: pathOf(error, part),
    zh: zh[i] ?? "",
    en: en[i] ?? "",
  }));
}

/** A union of literals fails for each literal and once as a whole: the whole says enough. */
function informative(found: readonly FastifySchemaValidationError[]): FastifySchemaValidationError[] {
  const unions = new Set(
    found.filter((error) => error.keyword === "anyOf" || error.keyword === "enum").map((error) => error.instancePath),
  );
  const kept = found.filter((error) => !(unions.has(error.instancePath) && error.keyword === "const"));
  return kept.length > 0 ? kept : [...found];
}

function pathOf(error: FastifySchemaValidationError, part: string): string {
  const named = error.params.additionalProperty ?? error.params.missingProperty;
  const path = typeof named === "string" ? `${error.instancePath}/${named}` : error.instancePath;
  // Names the part if it is not the body: "querystring/limit".
  return part === "body" || part === "" ? path : `${part}${path}`;
}
