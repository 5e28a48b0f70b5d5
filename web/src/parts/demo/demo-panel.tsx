import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { AreaView } from "../../../../src/contract/aisles.ts";
import { useAct } from "../../live/act.ts";
import { useAreaName } from "../../live/use-area.ts";
import { ProblemNote } from "../problem-note.tsx";
import { tellTwin } from "./twin.ts";

const visitor = "visitor";
const keys = {
  enter: { do: "enter", who: visitor },
  leave: { do: "leave", who: visitor },
  confirm: { do: "key", key: "confirm" },
  reset: { do: "key", key: "reset" },
  emergencyPress: { do: "key", key: "emergency-press" },
  emergencyRelease: { do: "key", key: "emergency-release" },
} as const;
type Key = keyof typeof keys;

/** Only in the demo: actions that a person would do at the shelf. */
export function DemoPanel({ areaKey, view }: { areaKey: string; view: AreaView | undefined }) {
  const { t } = useTranslation();
  const areaName = useAreaName();
  const press = useAct<Key>({ run: (key) => tellTwin({ ...keys[key], area: areaKey }), old: [["area", areaKey]] });
  const isPressed = view?.interlocks.includes("emergencyStop") ?? false;
  return (
    <section
      className="demo-panel"
      aria-label={`${t("map.panel.title")} ${areaName(areaKey)}`}
      data-testid={`demo-panel-${areaKey}`}
    >
      <h3>{t("map.panel.title")}</h3>
      <p className="soft">{t("map.panel.lead")}</p>
      <div className="demo-keys">
        {(Object.keys(keys) as Key[]).map((key) => (
          <Button
            key={key}
            size="small"
            className={key === "emergencyPress" && !isPressed ? "demo-emergency" : undefined}
            data-testid={`demo-${key}`}
            onClick={() => press.go(key)}
          >
            {t(`map.panel.${key}`)}
          </Button>
        ))}
      </div>
      <ProblemNote error={press.error} onClose={press.forget} />
    </section>
  );
}
