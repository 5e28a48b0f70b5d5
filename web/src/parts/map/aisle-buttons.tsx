import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { AreaView, Saying } from "../../../../src/contract/aisles.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";
import { findingsAt } from "./aisle-attention.tsx";
import { type AreaGeometry, gapsOf, positionsOf, projectionOf } from "./geometry.ts";

interface Props {
  area: AreaGeometry;
  view: AreaView | undefined;
  /** False: the person's role may not move. */
  isAllowed: boolean;
  onAisle: (aisle: number) => void;
}

const crowdedAisles = 9;

/** Under the map, each below its gap; disabled buttons stay focusable, so that their reason can be read. */
export function AisleButtons({ area, view, isAllowed, onAisle }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const projection = projectionOf(area);
  const gaps = gapsOf(area, positionsOf(area, view));
  const isCrowded = gaps.length > crowdedAisles;
  return (
    <section
      className={isCrowded ? "aisles is-crowded" : "aisles"}
      aria-label={`${t("map.aisles")} ${say(area.name, language)}`}
    >
      {gaps.map((gap) => {
        const isOpen = view?.openAisle === gap.aisle;
        const why = isOpen
          ? null
          : whyNot(view, gap.aisle, isAllowed ? null : { zh: "您的角色无权移动。", en: "Your role may not move." });
        const found = findingsAt(view, gap.aisle);
        const foundWords = found > 0 ? t("delta.beware", { n: gap.aisle, count: found }) : "";
        const told = [why ? say(why, language) : "", foundWords].filter(Boolean);
        const left = `${(((gap.fromMm + gap.toMm) / 2 + 60) / projection.width) * 100}%`;
        return (
          <Tooltip key={gap.aisle} title={told.length > 0 ? told.join(" ") : undefined}>
            <button
              type="button"
              className={isOpen ? "aisle is-open" : "aisle"}
              style={isCrowded ? undefined : { left }}
              data-testid={`aisle-${gap.aisle}`}
              aria-pressed={isOpen}
              aria-disabled={why !== null || isOpen}
              aria-label={[
                isOpen ? t("map.isOpen", { n: gap.aisle }) : t("map.openIt", { n: gap.aisle }),
                ...told,
              ].join(" ")}
              onClick={() => {
                if (!why && !isOpen) onAisle(gap.aisle);
              }}
            >
              {gap.aisle}
              {found > 0 && (
                <span className="aisle-mark" aria-hidden>
                  {found}
                </span>
              )}
            </button>
          </Tooltip>
        );
      })}
    </section>
  );
}

type Why = Pick<Saying, "zh" | "en">;

/** null = it may be opened now. */
export function whyNot(view: AreaView | undefined, aisle: number, forbidden: Why | null): Why | null {
  if (forbidden) return forbidden;
  if (!view) return { zh: "尚未收到本区状态。", en: "This area's state is not known yet." };
  const may = view.may[`open:${aisle}`];
  if (may === undefined) return { zh: "现在不能打开。", en: "It cannot be opened now." };
  return may === true ? null : may;
}
