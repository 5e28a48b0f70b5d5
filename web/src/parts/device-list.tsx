import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { DeviceLine } from "../../../src/contract/ports.ts";
import { type Language, useLanguage } from "../words/index.ts";
import { sayCode } from "../words/say.ts";
import { atTime } from "./at-time.ts";

export function deviceSentence(line: DeviceLine, language: Language): string | null {
  const sent = line[language];
  if (sent) return sent;
  return line.code
    ? sayCode(line.code, language, { device: line.deviceId, address: line.deviceId, detail: line.detail ?? "—" })
    : null;
}

/** Devices that need attention come first. */
export function DeviceList({ lines }: { lines: readonly DeviceLine[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const rank = { down: 0, degraded: 1, up: 2 };
  const sorted = [...lines].sort((a, b) => rank[a.state] - rank[b.state] || a.deviceId.localeCompare(b.deviceId));
  return (
    <ul className="device-list">
      {sorted.map((line) => (
        <li key={line.deviceId} data-testid={`device-${line.deviceId}`} data-state={line.state}>
          <DeviceState state={line.state} />
          <div>
            <strong>{line.deviceId}</strong> <span className="soft">{t(`devices.kind.${line.kind}`)}</span>
            <p>{deviceSentence(line, language) ?? t("devices.fine")}</p>
            <small className="soft">
              {t("common.since", { time: atTime(line.sinceMs) })}
              {line.detail ? ` · ${line.detail}` : ""}
            </small>
          </div>
        </li>
      ))}
    </ul>
  );
}

export function DeviceState({ state }: { state: DeviceLine["state"] }) {
  const { t } = useTranslation();
  return (
    <Tag className={`mark mark-${state === "up" ? "ok" : state === "down" ? "bad" : "warn"}`}>
      {t(`devices.state.${state}`)}
    </Tag>
  );
}
