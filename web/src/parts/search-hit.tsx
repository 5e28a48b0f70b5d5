import { AimOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxView, SearchHit as Hit } from "../../../src/contract/catalogue.ts";
import { useMay } from "../live/use-session.ts";
import { PlaceLine } from "./box/place-line.tsx";

interface Props {
  hit: Hit;
  isGuided: boolean;
  onShow: (box: BoxView) => void;
  onDetails: (boxId: string) => void;
}

export function SearchHit({ hit, isGuided, onShow, onDetails }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const { box, record } = hit;
  const isOnShelf = box?.place.kind === "slot" && box.place.areaKey !== null;
  return (
    <li className={isGuided ? "hit is-guided" : "hit"} data-testid="hit" data-barcode={box?.barcode}>
      <div className="hit-what">
        <h2>
          {record?.name ?? box?.barcode}
          {record?.state === "closed" && <Tag className="mark mark-plain">{t("box.record.state.closed")}</Tag>}
        </h2>
        <p className="hit-codes">
          {record && (
            <span>
              {t("find.matched.customerNo")} <b className="code">{record.customerNo}</b>
            </span>
          )}
          {record && (
            <span>
              {t("find.matched.recordNo")} <b className="code">{record.recordNo}</b>
            </span>
          )}
          {box && record && (
            <span>
              {t("common.barcode")} <b className="code">{box.barcode}</b>
            </span>
          )}
          <span className="soft">
            {[record?.supplyOffice, record?.line].filter(Boolean).join(" · ")}
            {hit.matched === "pinyin" || hit.matched === "epc" ? ` · ${t(`find.matched.${hit.matched}`)}` : ""}
          </span>
        </p>
        {box ? <PlaceLine box={box} /> : <p className="soft">{t("find.noBox")}</p>}
      </div>
      {box && (
        <div className="hit-acts">
          {may("move") && (
            <Button
              type="primary"
              size="large"
              icon={<AimOutlined />}
              disabled={!isOnShelf}
              title={isOnShelf ? undefined : t("find.notShowable")}
              data-testid="show-me"
              aria-label={t("find.showMeFor", { barcode: box.barcode })}
              onClick={() => onShow(box)}
            >
              {t("find.showMe")}
            </Button>
          )}
          <Button size="small" data-testid="details" onClick={() => onDetails(box.id)}>
            {t("find.details")}
          </Button>
        </div>
      )}
    </li>
  );
}
