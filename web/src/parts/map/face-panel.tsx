import { useTranslation } from "react-i18next";
import type { AreaView } from "../../../../src/contract/aisles.ts";
import { useLanguage } from "../../words/index.ts";
import { type AreaGeometry, layersFromTop } from "./geometry.ts";

/** Both faces of an aisle from the front, to show where to reach. Layers as they stand, bay 1 and slot 1 at the left. */
export function FacePanel({ area, aisle, light }: { area: AreaGeometry; aisle: number; light: AreaView["light"] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const between = area.aisles.find((one) => one.no === aisle);
  if (!between) return null;
  const left = area.columns.find((column) => column.no === between.leftColumn);
  const right = area.columns.find((column) => column.no === between.rightColumn);
  return (
    <section className="faces" aria-label={`${t("map.faces", { n: aisle })} ${area.name[language]}`}>
      {left?.rightSide && <Face area={area} column={left.no} side={left.rightSide} light={light} />}
      {right?.leftSide && <Face area={area} column={right.no} side={right.leftSide} light={light} />}
    </section>
  );
}

function Face({
  area,
  column,
  side,
  light,
}: {
  area: AreaGeometry;
  column: number;
  side: string;
  light: AreaView["light"];
}) {
  const { t } = useTranslation();
  const lit = light && light.column === column && light.side === side ? light : null;
  const bays = Array.from({ length: area.bays }, (_, i) => i + 1);
  return (
    <figure className={lit ? "face is-lit" : "face"}>
      <figcaption>
        {t("map.column", { n: column })} {t("map.side", { side })}
      </figcaption>
      <div className="face-grid" style={{ gridTemplateColumns: `auto repeat(${area.bays}, 1fr)` }} aria-hidden>
        <span />
        {bays.map((bay) => (
          <span key={bay} className="face-head">
            {t("map.bay", { n: bay })}
          </span>
        ))}
        {layersFromTop(area).map((layer) => (
          <Row key={layer} area={area} layer={layer} bays={bays} lit={lit} />
        ))}
      </div>
    </figure>
  );
}

function Row({
  area,
  layer,
  bays,
  lit,
}: {
  area: AreaGeometry;
  layer: number;
  bays: number[];
  lit: AreaView["light"];
}) {
  const { t } = useTranslation();
  return (
    <>
      <span className="face-head">{t("map.layer", { n: layer })}</span>
      {bays.map((bay) => {
        const isLit = lit?.bay === bay && lit.layer === layer;
        return (
          <span key={bay} className={isLit ? "shelf is-lit" : "shelf"}>
            {isLit && lit.slot > 0 && <LitSlot area={area} slot={lit.slot} />}
          </span>
        );
      })}
    </>
  );
}

function LitSlot({ area, slot }: { area: AreaGeometry; slot: number }) {
  const widths = area.slotWidthsMm;
  const all = widths.reduce((sum, width) => sum + width, 0);
  const before = widths.slice(0, slot - 1).reduce((sum, width) => sum + width, 0);
  const share = all > 0 && slot <= widths.length ? { left: before / all, width: (widths[slot - 1] ?? 0) / all } : null;
  return (
    <>
      {share && (
        <i className="slot-lamp" style={{ left: `${share.left * 100}%`, width: `max(5px, ${share.width * 100}%)` }} />
      )}
      <b className="slot-no" style={share && share.left > 0.5 ? { left: 3 } : { right: 3 }}>
        {slot}
      </b>
    </>
  );
}
