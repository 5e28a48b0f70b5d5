import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { HuntPlace, HuntView } from "../../../../src/contract/hunt.ts";

const shownMax = 12;
const faultNames = ["antenna-missing", "reader-unknown", "link-down", "timeout", "quarantined"] as const;
type FaultName = (typeof faultNames)[number];

/** Layers, best first, each with how loud it is there; layers that cannot be heard say so. */
export function HuntPlaces({ view }: { view: HuntView }) {
  const { t } = useTranslation();
  const best = view.places.slice(0, shownMax);
  return (
    <>
      {view.roundsRead > 0 && (best[0]?.strength ?? 0) === 0 && <p className="soft">{t("hunt.noOne")}</p>}
      {view.placesUnhealthy > 0 && <p className="soft">{t("hunt.unhealthy", { n: view.placesUnhealthy })}</p>}
      <ol className="hunt-places">
        {best.map((place) => (
          <li key={place.layerId} data-testid="hunt-place">
            <span className="code">{place.code}</span>
            <meter min={0} max={1} value={place.strength} aria-label={t("hunt.strength", { code: place.code })} />
            <span className="soft">
              {t(`hunt.why.${place.why}`)} · {heardWords(t, place)}
              {place.chance !== null && ` · ${t("hunt.chance", { percent: Math.round(place.chance * 100) })}`}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function heardWords(t: TFunction, { fault, rounds, roundsAnswered: answered, signalDbm }: HuntPlace): string {
  if (fault) {
    const isNamed = (faultNames as readonly string[]).includes(fault);
    const why = isNamed ? t(`hunt.fault.${fault as FaultName}`) : t("hunt.fault.other", { code: fault });
    return t("hunt.faulty", { why });
  }
  if (rounds === 0) return t("hunt.unread");
  if (signalDbm === null) return t("hunt.silent", { rounds });
  return t("hunt.heard", { answered, rounds, dbm: Math.round(signalDbm) });
}
