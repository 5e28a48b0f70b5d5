import type { LeadStanding } from "../lead/lead-grant.ts";
import type { Block } from "./plan-opening.ts";

const codes: Record<Exclude<LeadStanding, "held">, Block["code"]> = {
  unsure: "lead-unsure",
  ending: "lead-ending",
  lost: "motion-lead-lost",
};

/** Why nothing may begin with a lead of this standing, or null. */
export function leadBlock(standing: LeadStanding): Block | null {
  return standing === "held" ? null : { code: codes[standing], params: {} };
}
