import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { connection } from "../live/feed.ts";
import { useStore } from "../live/store.ts";

export function LiveBadge() {
  const { t } = useTranslation();
  const { kind } = useStore(connection);
  return (
    <span className={`live live-${kind}`} role="status" data-testid="live" data-state={kind}>
      <i aria-hidden />
      {t(`shell.live.${kind}`)}
    </span>
  );
}

export function LostStrip() {
  const { t } = useTranslation();
  const { kind } = useStore(connection);
  if (kind !== "lost") return null;
  return <Alert banner type="warning" title={t("shell.live.lostLong")} data-testid="live-lost" />;
}
