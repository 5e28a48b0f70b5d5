import { Link } from "@tanstack/react-router";
import { Button, Result } from "antd";
import { useTranslation } from "react-i18next";

/** One page failed; the shell with STOP stays. */
export function PageFailed() {
  const { t } = useTranslation();
  return (
    <Result
      status="warning"
      title={t("shell.failedPage")}
      extra={<Button onClick={() => location.reload()}>{t("shell.reload")}</Button>}
    />
  );
}

export function PageMissing() {
  const { t } = useTranslation();
  return <Result status="info" title={t("shell.notFound")} extra={<Link to="/">{t("shell.nav.find")}</Link>} />;
}
