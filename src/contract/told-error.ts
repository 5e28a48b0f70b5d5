/**
 * Turns an error into text for a log, a screen, a file or another process: it says what failed and contains no data. A
 * statement's text may stay; its parameters may not (names, hashes, tokens), nor the rows and values that PostgreSQL quotes.
 * Pure.
 */

/** How deep drizzle and other layers may wrap a driver's error. */
const causesMax = 8;
/** Shorter parameters are not searched for: they occur in every text by chance. */
const parameterCharsMin = 4;
/** Fields of an error that contain no personal data; all others (detail, where, input, params …) are left out. */
const fieldsTold = [
  ...["code", "errno", "syscall", "address", "port", "path", "statusCode", "signal"],
  ...["severity", "constraint_name", "table_name", "column_name", "routine"],
] as const;

interface Fields {
  message?: unknown;
  stack?: unknown;
  cause?: unknown;
  code?: unknown;
  severity?: unknown;
  params?: unknown;
  parameters?: unknown;
  [field: string]: unknown;
}

/** The error's own message, without the messages of its causes. */
export function messageOf(error: unknown): string {
  return cleaned(error, parametersIn(error));
}

/** Message, stack and causes; never a single line only. */
export function stackOf(error: unknown): string {
  const parameters = parametersIn(error);
  const parts = chainOf(error).map((one) => {
    const frames = String(one.stack ?? "")
      .split("\n")
      .filter((line) => /^\s+at /.test(line));
    return [`${typeOf(one)}: ${cleaned(one, parameters)}`, ...frames].join("\n");
  });
  return parts.length === 0 ? messageOf(error) : parts.join("\ncaused by: ");
}

/** Serializer of `err` for pino's JSON log. */
export function loggedError(error: unknown): unknown {
  const [first, ...causes] = chainOf(error);
  if (!first) return messageOf(error);
  const parameters = parametersIn(error);
  const messages = [first, ...causes].map((one) => cleaned(one, parameters));
  const fields = fieldsTold.flatMap((name) => {
    const holder = [first, ...causes].find((one) => ["string", "number"].includes(typeof one[name]));
    return holder ? [[name, holder[name]] as const] : [];
  });
  const { errors } = first;
  return {
    ...{ type: typeOf(first), message: messages.filter((text, i) => messages.indexOf(text) === i).join(": ") },
    ...{ stack: stackOf(error), ...Object.fromEntries(fields) },
    ...(Array.isArray(errors) ? { aggregateErrors: errors.slice(0, causesMax).map(messageOf) } : {}),
  };
}

/** The error and its causes, outermost first; values that are no errors are left out. */
function chainOf(error: unknown): Fields[] {
  const chain: Fields[] = [];
  for (let at = error; isErrorLike(at) && chain.length < causesMax && !chain.includes(at); at = at.cause)
    chain.push(at);
  return chain;
}

function isErrorLike(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && typeof (value as Fields).message === "string";
}

const typeOf = (error: Fields): string => error.constructor?.name ?? "Error";

/** Parameters of the statements in the chain: drizzle puts them into its message, the driver into fields. */
function parametersIn(error: unknown): string[] {
  const lists = chainOf(error).flatMap(({ params, parameters }) => [params, parameters]);
  const texts = lists.flatMap((list) => (Array.isArray(list) ? list : [])).map(String);
  // Longest first, because one may be part of another.
  return [...new Set(texts)].filter(({ length }) => length >= parameterCharsMin).sort((a, b) => b.length - a.length);
}

function cleaned(error: unknown, parameters: readonly string[]): string {
  if (!isErrorLike(error)) return String(error);
  // Also when the message of such an error was put into another message.
  const text = String(error.message).replace(/(Failed query: [\s\S]*?)\s*\nparams: [\s\S]*$/, "$1");
  const unquoted = isOfValue(error) ? text.replace(/\s*[:："“«„][\s\S]*$/, "") : text;
  return parameters.reduce((left, parameter) => left.replaceAll(parameter, "…"), unquoted);
}

/** PostgreSQL's class 22 is about a value, and its message quotes the value: 'invalid input syntax for type integer: "…"'. */
function isOfValue({ code, severity }: Fields): boolean {
  return severity !== undefined && typeof code === "string" && /^22[0-9A-Z]{3}$/.test(code);
}
