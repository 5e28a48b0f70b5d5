import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { LocatePlace, LocateView } from "../../../../src/contract/locate.ts";

const shownMax = 10;
const faultNames = ["antenna-missing", "reader-unknown", "link-down", "timeout", "quarantined"] as const;
type FaultName = (typeof faultNames)[number];

const isHeard = (place: LocatePlace) => place.signalDbm !== null;

/** Layers, best first: those that read the tag with a bar, the others in a line each; layers that cannot be read are marked. */
export function LocatePlaces({ view }: { view: LocateView }) {
  const { t } = useTranslation();
  const best = view.places.slice(0, shownMax);
  const more = view.placesTotal - best.length;
  const isSilent = view.roundsRead > 0 && !view.places.some(isHeard);
  return (
    <>
      {isSilent && <p className="soft">{t(view.state === "ended" ? "locate.noOneEver" : "locate.noOne")}</p>}
      {view.placesUnhealthy > 0 && <p className="soft">{t("locate.unhealthy", { n: view.placesUnhealthy })}</p>}
      <ol className="locate-places">
        {best.map((place, i) => (
          <li
            key={place.layerId}
            data-testid="locate-place"
            data-heard={isHeard(place)}
            className={isHeard(place) ? (i === 0 ? "is-heard is-best" : "is-heard") : ""}
          >
            <span className="code">{place.code}</span>
            <span className="soft">{whereWords(t, place)}</span>
            <span className="locate-heard">{heardWords(t, place)}</span>
            {isHeard(place) && (
              <meter min={0} max={1} value={place.strength} aria-label={t("locate.strength", { code: place.code })} />
            )}
          </li>
        ))}
      </ol>
      {more > 0 && <p className="soft">{t("locate.more", { n: more })}</p>}
    </>
  );
}

function whereWords(t: TFunction, { why, aisle, chance }: LocatePlace): string {
  const words = [t("map.aisle", { n: aisle }), t(`locate.why.${why}`)];
  if (chance !== null) words.push(t("locate.chance", { percent: Math.round(chance * 100) }));
  return words.join(" · ");
}

function heardWords(t: TFunction, { fault, rounds, roundsAnswered: answered, signalDbm }: LocatePlace): string {
  if (fault) {
    const isNamed = (faultNames as readonly string[]).includes(fault);
    const why = isNamed ? t(`locate.fault.${fault as FaultName}`) : t("locate.fault.other", { code: fault });
    return t("locate.faulty", { why });
  }
  if (rounds === 0) return t("locate.unread");
  if (signalDbm === null) return t("locate.silent", { rounds });
  return t("locate.heard", { answered, rounds, dbm: Math.round(signalDbm) });
}
