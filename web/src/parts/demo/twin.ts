/** The demo's room takes orders as simulators/README.md lists them; a refusal comes as an answer, not as a status. */
import { call, ProblemError } from "../../live/call.ts";
import { api } from "../../live/queries.ts";

type Answer = { ok: true } | { ok: false; code: string; zh: string; en: string };

export async function tellTwin(order: Record<string, unknown>): Promise<void> {
  const answer = await call<Answer>("POST", `${api}/demo/twin`, { body: order });
  if (answer && answer.ok === false) throw new ProblemError(409, answer);
}
