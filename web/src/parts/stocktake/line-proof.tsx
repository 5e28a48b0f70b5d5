import { useTranslation } from "react-i18next";
import { asPercent } from "../../../../src/contract/as-percent.ts";
import type { StocktakeLine } from "../../../../src/contract/stocktake.ts";

/** The ends of the bars: a signal that a reader hardly receives, and a tag directly at the antenna. */
const dbmMin = -85;
const dbmMax = -35;

/** The antennas' reads of this tag, and where it may be with which probability. */
export function LineProof({ line }: { line: StocktakeLine }) {
  return (
    <div className="proof-parts" data-testid="proof">
      <Antennas line={line} />
      <Alternatives line={line} />
    </div>
  );
}

function Antennas({ line }: { line: StocktakeLine }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t("stocktake.evidenceOf")}</h3>
      {line.evidence.length === 0 ? (
        <p className="soft">{t("stocktake.noEvidence")}</p>
      ) : (
        <table className="proof-table">
          <thead>
            <tr>
              <th>{t("stocktake.layer")}</th>
              <th>{t("stocktake.antenna")}</th>
              <th>{t("stocktake.answered")}</th>
              <th>{t("stocktake.meanDbm")}</th>
            </tr>
          </thead>
          <tbody>
            {line.evidence.map((one) => (
              <tr key={`${one.readerId} ${one.antenna}`} data-testid="proof-antenna">
                <td>
                  <span className="code">{one.code ?? one.layerId ?? t("common.none")}</span>
                  {one.layerId !== null && one.layerId === line.expectedLayerId && (
                    <span className="proof-mark">{t("stocktake.isExpected")}</span>
                  )}
                  {one.layerId !== null && one.layerId === line.seenLayerId && (
                    <span className="proof-mark is-seen">{t("stocktake.isSeen")}</span>
                  )}
                </td>
                <td>{t("stocktake.antennaOf", { reader: one.readerId, antenna: one.antenna })}</td>
                <td>
                  <Bar share={one.roundsHealthy === 0 ? 0 : one.roundsAnswered / one.roundsHealthy}>
                    {`${one.roundsAnswered} / ${one.roundsHealthy}`}
                  </Bar>
                </td>
                <td>
                  {one.meanDbm === null ? (
                    t("common.none")
                  ) : (
                    <Bar share={(one.meanDbm - dbmMin) / (dbmMax - dbmMin)}>{`${one.meanDbm.toFixed(1)} dBm`}</Bar>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Alternatives({ line }: { line: StocktakeLine }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t("stocktake.alternatives")}</h3>
      {line.alternatives.length === 0 ? (
        <p className="soft">{t("stocktake.noAlternatives")}</p>
      ) : (
        <table className="proof-table is-narrow">
          <tbody>
            {line.alternatives.map((one) => (
              <tr key={one.layerId ?? ""} data-testid="proof-alternative">
                <th scope="row" className={one.layerId === null ? "" : "code"}>
                  {one.layerId === null ? t("stocktake.notHere") : (one.code ?? one.layerId)}
                </th>
                <td>
                  <Bar share={one.probability}>{asPercent(one.probability)}</Bar>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The number is the value; the bar only helps to compare. */
function Bar({ share, children }: { share: number; children: string }) {
  const width = `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;
  return (
    <span className="bar">
      <span className="bar-track" aria-hidden>
        <span className="bar-fill" style={{ width }} />
      </span>
      {children}
    </span>
  );
}
