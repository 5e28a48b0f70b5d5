import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { HuntPlace, HuntView } from "../../../../src/contract/hunt.ts";

const shownMax = 10;
const faultNames = ["antenna-missing", "reader-unknown", "link-down", "timeout", "quarantined"] as const;
type FaultName = (typeof faultNames)[number];

const isHeard = (place: HuntPlace) => place.signalDbm !== null;

/** Layers, best first: where it is heard with a bar, the others in a line each; those that cannot be heard say so. */
export function HuntPlaces({ view }: { view: HuntView }) {
  const { t } = useTranslation();
  const best = view.places.slice(0, shownMax);
  const more = view.placesTotal - best.length;
  const isSilent = view.roundsRead > 0 && !view.places.some(isHeard);
  return (
    <>
      {isSilent && <p className="soft">{t(view.state === "ended" ? "hunt.noOneEver" : "hunt.noOne")}</p>}
      {view.placesUnhealthy > 0 && <p className="soft">{t("hunt.unhealthy", { n: view.placesUnhealthy })}</p>}
      <ol className="hunt-places">
        {best.map((place, i) => (
          <li
            key={place.layerId}
            data-testid="hunt-place"
            data-heard={isHeard(place)}
            className={isHeard(place) ? (i === 0 ? "is-heard is-best" : "is-heard") : ""}
          >
            <span className="code">{place.code}</span>
            <span className="soft">{whereWords(t, place)}</span>
            <span className="hunt-heard">{heardWords(t, place)}</span>
            {isHeard(place) && (
              <meter min={0} max={1} value={place.strength} aria-label={t("hunt.strength", { code: place.code })} />
            )}
          </li>
        ))}
      </ol>
      {more > 0 && <p className="soft">{t("hunt.more", { n: more })}</p>}
    </>
  );
}

function whereWords(t: TFunction, { why, aisle, chance }: HuntPlace): string {
  const words = [t("map.aisle", { n: aisle }), t(`hunt.why.${why}`)];
  if (chance !== null) words.push(t("hunt.chance", { percent: Math.round(chance * 100) }));
  return words.join(" · ");
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
