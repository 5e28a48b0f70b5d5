import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { backupStandingQuery } from "../live/queries.ts";
import { useMay } from "../live/use-session.ts";
import { useLanguage } from "../words/index.ts";
import { say } from "../words/say.ts";
import { atTime } from "./at-time.ts";

/** Shown on every page until the problem is solved: nobody looks at backups before they are needed. */
export function BackupStrip() {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  const standing = useQuery(backupStandingQuery).data;
  if (!standing?.failure && !standing?.isLate) return null;
  const { failure, newestAtMs } = standing;
  const late = newestAtMs === null ? t("backups.lateNever") : t("backups.late", { time: atTime(newestAtMs) });
  return (
    <Alert
      banner
      type="warning"
      data-testid="backup-strip"
      title={failure ? `${t("backups.failed", { time: atTime(failure.atMs) })} ${say(failure, language)}` : late}
      action={may("backups") && <Link to="/backups">{t("backups.open")}</Link>}
    />
  );
}
