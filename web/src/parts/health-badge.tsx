import { ClusterOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { devicesQuery } from "../live/queries.ts";
import { DeviceList } from "./device-list.tsx";

export function HealthBadge() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const lines = useQuery(devicesQuery).data ?? [];
  const bad = lines.filter((line) => line.state !== "up").length;
  const words = bad === 0 ? t("shell.health.allUp") : t("shell.health.some", { count: bad });
  return (
    <>
      <Button
        type="text"
        className={bad === 0 ? "health" : "health is-bad"}
        icon={<ClusterOutlined />}
        data-testid="health"
        aria-label={words}
        title={words}
        onClick={() => setOpen(true)}
      >
        <span className="wide-only">{t("shell.health.badge")}</span>
        {bad > 0 && <b className="health-count">{bad}</b>}
      </Button>
      <Drawer title={t("shell.health.drawer")} open={isOpen} onClose={() => setOpen(false)} size={440}>
        {isOpen && (
          <>
            <Link to="/devices" onClick={() => setOpen(false)}>
              {t("devices.title")}
            </Link>
            <DeviceList lines={lines} />
          </>
        )}
      </Drawer>
    </>
  );
}
