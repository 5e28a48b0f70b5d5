import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { keptLine, keptWithout, type SafetyRuleId } from "../../../../src/contract/safety-rules.ts";
import { useLanguage } from "../../words/index.ts";

const words = {
  gateway: ["map.keptByGateway", "map.keptByGatewayHint"],
  shelving: ["map.keptByShelving", "map.keptByShelvingHint"],
} as const;

/** Safety rules that the controller's protocol cannot carry, grouped by who keeps them instead; the tooltip says how. */
export function KeptRules({ rules }: { rules: readonly SafetyRuleId[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (["gateway", "shelving"] as const).map((by) => {
    const kept = keptWithout(rules, by);
    if (kept.length === 0) return null;
    const [mark, hint] = words[by];
    const told = [t(hint), ...kept.map((rule) => keptLine(rule, language))];
    return (
      <Tooltip key={by} title={<span className="kept-told">{told.join("\n")}</span>}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable by keyboard */}
        <span className="soft kept" tabIndex={0} data-testid={`kept-by-${by}`}>
          {t(mark, { rules: kept.join(" ") })}
        </span>
      </Tooltip>
    );
  });
}
