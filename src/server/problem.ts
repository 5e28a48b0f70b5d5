/** The one place that turns any thrown value into RFC 9457 problem+json. */
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { type ErrorCode, Refusal, sentence } from "../contract/errors.ts";
import type { Problem } from "../contract/problem.ts";
import { problemOf } from "../http/problem-of.ts";
import { codeOfDatabaseError } from "./database-error.ts";
import { faultsOf } from "./validation.ts";

/** Codes of fastify and its plugins that a client can cause. */
const shellCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "content-type-unknown",
  FST_ERR_CTP_BODY_TOO_LARGE: "body-too-large",
  FST_ERR_CTP_INVALID_JSON_BODY: "json-invalid",
  FST_ERR_CTP_EMPTY_JSON_BODY: "json-invalid",
  FST_REQ_FILE_TOO_LARGE: "body-too-large",
  FST_FILES_LIMIT: "body-too-large",
  FST_FIELDS_LIMIT: "body-too-large",
  FST_PARTS_LIMIT: "body-too-large",
  FST_INVALID_MULTIPART_CONTENT_TYPE: "content-type-unknown",
};

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

/** Error handler of the app: refusals keep their sentences, everything unexpected becomes "internal" with the request's id. */
export function onError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, problemOfError(error, request, reply));
}

function problemOfError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): Problem {
  const language = request.language;
  if (thrown instanceof Refusal) {
    if (typeof thrown.params.waitS === "number") reply.header("retry-after", thrown.params.waitS);
    return problemOf(thrown.code, language, thrown.params);
  }
  const error = thrown as FastifyError & { code?: string };
  if (error?.validation) {
    const problems = faultsOf(error.validation, error.validationContext ?? "");
    const detail = (lang: "zh" | "en") => problems.map((fault) => `${fault.path} ${fault[lang]}`.trim())[0] ?? "";
    const problem = problemOf("bad-input", language, {}, problems);
    problem.zh = sentence("bad-input", "zh", { detail: detail("zh") });
    problem.en = sentence("bad-input", "en", { detail: detail("en") });
    problem.title = problem[language];
    return problem;
  }
  const shellCode = typeof error?.code === "string" ? shellCodes[error.code] : undefined;
  if (shellCode) return problemOf(shellCode, language);
  const fromDatabase = codeOfDatabaseError(thrown);
  if (fromDatabase) {
    request.log.warn({ err: thrown, constraint: fromDatabase.constraint }, "the database refused");
    if (fromDatabase.code === "database-away") reply.header("retry-after", 5);
    return problemOf(fromDatabase.code, language);
  }
  const status = error?.statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    request.log.info({ err: thrown }, "refused by the shell");
    return { ...problemOf("bad-input", language, { detail: error.code ?? "request" }), status };
  }
  request.log.error({ err: thrown }, "internal error");
  return problemOf("internal", language, { id: request.id });
}
