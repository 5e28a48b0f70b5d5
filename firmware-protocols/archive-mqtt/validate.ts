import { Ajv, type ValidateFunction } from "ajv";
import type { PayloadSpec } from "./payload-spec.ts";
import { type Payload, payloads, type TopicKind } from "./payloads.ts";

export interface PayloadProblem {
  /** JSON pointer. */
  path: string;
  problem: string;
}
export type Validated<Kind extends TopicKind> =
  | { ok: true; value: Payload<Kind> }
  | { ok: false; problems: PayloadProblem[] };

/** Longest payload that is parsed, the same as at the embedded broker (src/devices/broker/packet-gate.ts). */
export const payloadBytesMax = 256 * 1024;
const problemsMax = 8;

// Stops at the first error: TypeBox's own list of errors costs 2 ms for a shelf state, which a broken device could send at will.
const ajv = new Ajv({ strict: true, allErrors: false });
const validators = new Map<TopicKind, ValidateFunction>();

/** Compiled when the first message of its kind comes: compiling all took a fifth of the program's start. */
function validatorOf(kind: TopicKind): ValidateFunction {
  let validator = validators.get(kind);
  if (!validator) {
    validator = ajv.compile(JSON.parse(JSON.stringify(payloads[kind].schema)));
    validators.set(kind, validator);
  }
  return validator;
}

/** Whether this parsed JSON is a message of this kind. Never throws. The value is the argument itself, not a copy. */
export function validate<Kind extends TopicKind>(kind: Kind, json: unknown): Validated<Kind> {
  const check = validatorOf(kind);
  if (!check(json)) {
    const problems = (check.errors ?? []).slice(0, problemsMax);
    return {
      ok: false,
      problems: problems.map(({ instancePath, message }) => ({ path: instancePath, problem: message ?? "wrong" })),
    };
  }
  const problem = (payloads[kind] as PayloadSpec).judge?.(json);
  return problem ? { ok: false, problems: [problem] } : { ok: true, value: json as Payload<Kind> };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The same from the bytes of a PUBLISH. */
export function readPayload<Kind extends TopicKind>(kind: Kind, bytes: Uint8Array): Validated<Kind> {
  if (bytes.length > payloadBytesMax) return wrong(`longer than ${payloadBytesMax} bytes`);
  try {
    return validate(kind, JSON.parse(utf8.decode(bytes)));
  } catch {
    return wrong("no JSON in UTF-8");
  }
}

function wrong(problem: string): { ok: false; problems: PayloadProblem[] } {
  return { ok: false, problems: [{ path: "", problem }] };
}
