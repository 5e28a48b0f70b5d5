import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { healthQuery } from "../live/queries.ts";

/** Shown on every page of a standby: nothing can be changed or stopped here, and where it can. */
export function LeadStrip() {
  const { t } = useTranslation();
  const lead = useQuery(healthQuery).data?.lead;
  if (lead?.role !== "stands-by") return null;
  const { leader } = lead;
  return (
    <Alert
      banner
      type="warning"
      data-testid="lead-strip"
      title={leader ? t("shell.lead.standsBy", { who: leader.name }) : t("shell.lead.nobody")}
      action={leader?.url && <a href={leader.url}>{t("shell.lead.open")}</a>}
    />
  );
}
