import { WarningFilled } from "@ant-design/icons";
import { Segmented } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { connection } from "../../live/feed.ts";
import { useStore } from "../../live/store.ts";
import { useAreas, useAreaView } from "../../live/use-area.ts";
import { useCommand, useMotion } from "../../live/use-motion.ts";
import { useMay, useSession } from "../../live/use-session.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";
import { DemoPanel } from "../demo/demo-panel.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { AisleAttention } from "./aisle-attention.tsx";
import { AisleButtons, whyNot } from "./aisle-buttons.tsx";
import { AreaActs } from "./area-acts.tsx";
import { AreaHead } from "./area-head.tsx";
import { AreaLocks } from "./area-locks.tsx";
import { AreaMap } from "./area-map.tsx";
import { AreaTable } from "./area-table.tsx";
import { areaFacts, useInterlockWord } from "./area-words.ts";
import { FacePanel } from "./face-panel.tsx";
import { MotionNote } from "./motion-note.tsx";
import { PutLock } from "./put-lock.tsx";

interface Props {
  areaKey: string;
  /** Left out where several areas are shown: no chooser. */
  onChoose?: ((areaKey: string) => void) | undefined;
  /** Guidance to a box shows the command itself. */
  hidesCommand?: boolean;
  children?: ReactNode;
}

/** One area: its map, its aisles, the possible actions, and in the demo the panel at its shelf. */
export function AreaPanel({ areaKey, onChoose, hidesCommand = false, children }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const areas = useAreas();
  const area = areas.find((one) => one.areaKey === areaKey);
  const { data: view, error, refetch } = useAreaView(areaKey);
  const may = useMay();
  const isDemo = useSession()?.isDemo ?? false;
  const isLost = useStore(connection).kind === "lost";
  const motion = useMotion(areaKey);
  const command = useCommand(motion.out ?? view?.command, view);
  const interlock = useInterlockWord();
  if (!area) return null;
  const name = area.name[language];
  const openAisle = (aisle: number) => {
    if (may("move") && !whyNot(view, aisle, null) && view?.openAisle !== aisle) motion.go({ verb: "open", aisle });
  };
  return (
    <section className={isLost ? "area is-stale" : "area"} aria-label={name} data-testid={`area-${areaKey}`}>
      {onChoose && areas.length > 1 && (
        <Segmented
          className="area-choice"
          value={areaKey}
          onChange={onChoose}
          options={areas.map((one) => ({ value: one.areaKey, label: one.name[language] }))}
        />
      )}
      <AreaHead name={onChoose && areas.length > 1 ? null : name} view={view} isLost={isLost} />
      {view?.undriven && (
        <section className="attention is-warning" data-testid="area-undriven">
          <header>
            <WarningFilled aria-hidden />
            <p role="alert">{say(view.undriven, language)}</p>
          </header>
        </section>
      )}
      {error && !view && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <div className="map-place">
        <div style={{ minWidth: area.columns.length * 30 }}>
          <AreaMap
            area={area}
            view={view}
            onAisle={may("move") ? openAisle : undefined}
            label={`${t("map.label", { area: name })}: ${areaFacts(t, view, interlock).join(", ")}`}
          />
          <AisleButtons area={area} view={view} isAllowed={may("move")} onAisle={openAisle} />
        </div>
      </div>
      {view && <AreaLocks areaKey={areaKey} locks={view.locks} />}
      {view && <AisleAttention areaKey={areaKey} list={view.attention} />}
      {children}
      {!hidesCommand && (
        <MotionNote view={view} command={command} error={motion.error} onAgain={motion.go} onForget={motion.forget} />
      )}
      {view && view.openAisle !== null && view.openAisle > 0 && (
        <FacePanel area={area} aisle={view.openAisle} light={view.light} />
      )}
      {!hidesCommand && (
        <AreaActs areaKey={areaKey} view={view} onAct={motion.go} isBusy={motion.isBusy}>
          <PutLock areaKey={areaKey} area={name} view={view} />
        </AreaActs>
      )}
      {isDemo && <DemoPanel areaKey={areaKey} view={view} />}
      <AreaTable area={area} view={view} />
    </section>
  );
}
