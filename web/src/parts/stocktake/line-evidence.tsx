import { useTranslation } from "react-i18next";
import type { StocktakeLine } from "../../../../src/contract/stocktake.ts";

export function LineEvidence({ line }: { line: StocktakeLine }) {
  const { t } = useTranslation();
  if (line.evidence.length === 0) return <p className="soft">{t("stocktake.noEvidence")}</p>;
  return (
    <ul className="plain-list line-evidence">
      {line.evidence.map((one) => (
        <li key={`${one.readerId} ${one.antenna}`}>
          {t("stocktake.evidenceOf", {
            reader: one.readerId,
            antenna: one.antenna,
            healthy: one.roundsHealthy,
            answered: one.roundsAnswered,
          })}
          <br />
          <span className="soft">
            {one.layerId ?? ""} {one.strongestDbm === null ? "" : t("stocktake.strongest", { dbm: one.strongestDbm })}
          </span>
        </li>
      ))}
    </ul>
  );
}
