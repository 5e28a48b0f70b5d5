import { Button, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AreaView } from "../../../../src/contract/aisles.ts";
import type { AreaVerb } from "../../../../src/contract/endpoints/aisles.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { Motion } from "../../live/use-motion.ts";
import { useMay } from "../../live/use-session.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";

interface Props {
  areaKey: string;
  view: AreaView | undefined;
  isBusy: boolean;
  onAct: (motion: Motion) => void;
  children?: ReactNode;
}

const acts = ["close", "ventilate", "pause", "inhibit", "release"] as const satisfies readonly AreaVerb[];

/** The area's possible actions; disabled ones say why on hover and focus. */
export function AreaActs({ areaKey, view, isBusy, onAct, children }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  return (
    <div className="area-acts">
      {acts
        .filter((verb) => may(endpoints[`${verb}Area`].right))
        .map((verb) => {
          const now = view?.may[verb];
          const why = now === true ? null : (now ?? null);
          const cannot = now !== true;
          return (
            <Tooltip key={verb} title={why ? say(why, language) : undefined}>
              <Button
                size="small"
                aria-disabled={cannot}
                className={cannot ? "is-off" : undefined}
                data-testid={`${verb}-${areaKey}`}
                aria-label={why ? `${t(`map.verb.${verb}`)}: ${say(why, language)}` : t(`map.verb.${verb}`)}
                loading={isBusy && !cannot}
                onClick={() => {
                  if (!cannot) onAct({ verb });
                }}
              >
                {t(`map.verb.${verb}`)}
              </Button>
            </Tooltip>
          );
        })}
      {children}
    </div>
  );
}
