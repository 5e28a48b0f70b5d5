/** The demo's twin accepts the commands listed in simulators/README.md; a refusal comes as an answer, not as a status. */
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { call, ProblemError } from "../../live/call.ts";

type Answer = { ok: true } | { ok: false; code: string; zh: string; en: string };

export async function tellTwin(order: Record<string, unknown>): Promise<void> {
  const answer = (await call(endpoints.tellTwin, { body: order })) as Answer | null;
  if (answer && answer.ok === false) throw new ProblemError(409, answer);
}
