import { InfoCircleFilled, LoadingOutlined, WarningFilled } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { AreaView } from "../../../../src/contract/aisles.ts";
import type { AisleAttention as Attention } from "../../../../src/contract/attention.ts";
import { FindingLine } from "./finding-line.tsx";

/** Findings of delta stocktakes at the aisles of an area, to be read before the next aisle is opened. */
export function AisleAttention({ areaKey, list }: { areaKey: string; list: readonly Attention[] }) {
  return list.map((one) => <AtAisle key={one.aisle} areaKey={areaKey} attention={one} />);
}

function AtAisle({ areaKey, attention }: { areaKey: string; attention: Attention }) {
  const { t } = useTranslation();
  const { aisle, delta, findings, stocktakeId, layersCovered, layersTotal } = attention;
  const words = { n: aisle, covered: layersCovered, all: layersTotal, count: findings.length };
  const known = delta !== "counted" && findings.length > 0 ? [t("delta.state.counted", words)] : [];
  const isWarning = findings.length > 0 || delta === "notCovered";
  return (
    <section
      className={isWarning ? "attention is-warning" : "attention"}
      aria-label={t("delta.at", { n: aisle })}
      data-testid={`attention-${aisle}`}
      data-delta={delta}
    >
      <header>
        {isWarning ? <WarningFilled aria-hidden /> : <Waiting isRunning={delta === "running"} />}
        <p role="status">{[t(`delta.state.${delta}`, words), ...known].join(" ")}</p>
        {stocktakeId && (
          <Link to="/stocktakes/$id" params={{ id: stocktakeId }}>
            {t(delta === "running" ? "delta.progress" : "delta.result")}
          </Link>
        )}
      </header>
      {findings.length > 0 && (
        <ul>
          {findings.map((one) => (
            // Keyed by the box: a delta with a worse finding gives a new id, and a press in progress would be lost.
            <FindingLine key={one.boxId ?? one.epc} areaKey={areaKey} finding={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

const Waiting = ({ isRunning }: { isRunning: boolean }) =>
  isRunning ? <LoadingOutlined aria-hidden /> : <InfoCircleFilled aria-hidden />;

export function findingsAt(view: Pick<AreaView, "attention"> | undefined, aisle: number): number {
  return view?.attention.find((one) => one.aisle === aisle)?.findings.length ?? 0;
}

/** Shown beside a command that opens the aisle: somebody is about to stand in front of these boxes. */
export function FindingsBeware({ view, aisle }: { view: AreaView | undefined; aisle: number }) {
  const { t } = useTranslation();
  const count = findingsAt(view, aisle);
  if (count === 0) return null;
  return (
    <p className="beware" data-testid="findings-beware">
      <WarningFilled aria-hidden /> {t("delta.beware", { n: aisle, count })}
    </p>
  );
}
