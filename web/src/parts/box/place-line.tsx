import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxView, Place } from "../../../../src/contract/catalogue.ts";
import { zh } from "../../words/zh.ts";
import { atTime } from "../at-time.ts";

const looks = { slot: "ok", person: "warn", transit: "warn", unknown: "bad" } as const;

/** Its place, since when, by what evidence, and who holds it. */
export function PlaceLine({ box }: { box: Pick<BoxView, "place" | "homeLocationCode" | "withdrawnAtMs"> }) {
  const { t } = useTranslation();
  const { place } = box;
  if (box.withdrawnAtMs !== null) {
    return (
      <div className="place" data-testid="place" data-kind="withdrawn">
        <Tag className="mark mark-plain">{t("box.withdrawn", { time: atTime(box.withdrawnAtMs) })}</Tag>
      </div>
    );
  }
  const isAway = place.kind === "slot" && box.homeLocationCode !== null && box.homeLocationCode !== place.locationCode;
  return (
    <div className="place" data-testid="place" data-kind={place.kind}>
      <Tag className={`mark mark-${looks[place.kind]}`}>{t(`find.place.${place.kind}`)}</Tag>
      {place.locationCode && <b className="location code">{place.locationCode}</b>}
      {place.holder && <span>{t("find.inHands", { name: place.holder.name })}</span>}
      <span className="soft">{t("common.since", { time: atTime(place.sinceMs) })}</span>
      <EvidenceWord evidence={place.evidence} />
      {isAway && <Tag className="mark mark-warn">{t("box.notAtHome", { location: box.homeLocationCode ?? "" })}</Tag>}
    </div>
  );
}

export function EvidenceWord({ evidence }: { evidence: Place["evidence"] }) {
  const { t } = useTranslation();
  const by = evidence.by;
  if (typeof by !== "string" || by === "label" || !(by in zh.box.evidence)) return null;
  return (
    <span className="soft">
      {t("box.evidence.label")}: {t(`box.evidence.${by as keyof typeof zh.box.evidence}`)}
    </span>
  );
}
