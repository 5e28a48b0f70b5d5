import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { healthQuery } from "../live/queries.ts";
import { useLanguage } from "../words/index.ts";
import { say } from "../words/say.ts";

const warnings = ["disk-low", "time-not-synchronised", "time-off"];

/**
 * Shown on every page until the problem is solved, so that a full disk is noticed before data is lost. Requested without a
 * session, because checking one needs the database.
 */
export function StorageStrip() {
  const language = useLanguage();
  const problems = useQuery(healthQuery).data?.problems ?? [];
  return problems.map((problem) => (
    <Alert
      key={problem.en}
      banner
      type={warnings.includes(problem.code) ? "warning" : "error"}
      data-testid="storage-strip"
      title={say(problem, language)}
    />
  ));
}
