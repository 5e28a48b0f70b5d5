import { useTranslation } from "react-i18next";
import type { AreaView } from "../../../../src/contract/aisles.ts";
import { areaFacts, useInterlockWord } from "./area-words.ts";
import type { AreaGeometry } from "./geometry.ts";

/** The map in words, for screen readers and for people who prefer numbers. */
export function AreaTable({ area, view }: { area: AreaGeometry; view: AreaView | undefined }) {
  const { t } = useTranslation();
  const interlock = useInterlockWord();
  return (
    <details className="area-table">
      <summary>{t("map.asTable")}</summary>
      <p>{areaFacts(t, view, interlock).join("；")}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("map.column", { n: "" })}</th>
            <th scope="col">{t("map.position")}</th>
            <th scope="col">{t("map.motion")}</th>
          </tr>
        </thead>
        <tbody>
          {area.columns.map((column) => {
            const state = view?.columns.find((one) => one.column === column.no);
            const motion = state?.motion === "left" || state?.motion === "right" ? state.motion : "still";
            return (
              <tr key={column.no}>
                <th scope="row">
                  {column.no} {column.kind === "fixed" ? t("map.fixed") : t("map.mobile")}
                </th>
                <td>{state?.positionMm == null ? t("common.none") : Math.round(state.positionMm)}</td>
                <td>
                  {t(`map.moving.${motion}`)} {state?.fault ? t("map.columnFault") : ""}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}
