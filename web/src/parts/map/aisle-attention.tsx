import { Link } from "@tanstack/react-router";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { AisleAttention as Attention, Finding } from "../../../../src/contract/attention.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { api } from "../../live/queries.ts";
import { useMay } from "../../live/use-session.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";
import { ProblemNote } from "../problem-note.tsx";

/** What delta stocktakes found at the aisles of an area: read before the next one is opened. */
export function AisleAttention({ areaKey, list }: { areaKey: string; list: readonly Attention[] }) {
  return list.map((one) => <AtAisle key={one.aisle} areaKey={areaKey} attention={one} />);
}

function AtAisle({ areaKey, attention }: { areaKey: string; attention: Attention }) {
  const { t } = useTranslation();
  const { aisle, recount, findings, stocktakeId, layersCovered, layersTotal } = attention;
  const words = { n: aisle, covered: layersCovered, all: layersTotal };
  const known = recount !== "counted" && findings.length > 0 ? [`${t("delta.recount.counted", words)} `] : [];
  return (
    <Alert
      type={findings.length > 0 || recount === "notCovered" ? "warning" : "info"}
      showIcon
      data-testid={`attention-${aisle}`}
      title={[t(`delta.recount.${recount}`, words), ...known].join(" ")}
      description={findings.map((one) => <FindingLine key={one.id} areaKey={areaKey} finding={one} />)}
      action={
        stocktakeId && (
          <Link to="/stocktakes/$id" params={{ id: stocktakeId }}>
            {t("delta.result")}
          </Link>
        )
      }
    />
  );
}

function FindingLine({ areaKey, finding }: { areaKey: string; finding: Finding }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  const path = `${api}/areas/${encodeURIComponent(areaKey)}/findings/${finding.id}/acknowledge`;
  const seen = useAct<void, Attention[]>({
    run: (_, key) => call("POST", path, { body: {}, key }),
    old: [["area", areaKey]],
  });
  return (
    <p data-testid="finding">
      <strong>
        {t(`stocktake.class.${finding.class}`)} · {finding.barcode ?? t("delta.unnamed", { epc: finding.epc })}
      </strong>{" "}
      {finding.expectedCode} {say(finding, language)}{" "}
      {may("stocktake") && (
        <Button size="small" loading={seen.isBusy} onClick={() => seen.go()} data-testid="finding-acknowledge">
          {t("delta.acknowledge")}
        </Button>
      )}
      {seen.error && <ProblemNote error={seen.error} />}
    </p>
  );
}
