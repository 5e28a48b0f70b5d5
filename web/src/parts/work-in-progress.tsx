import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { overdueQuery, relocationsQuery, stocktakesQuery } from "../live/queries.ts";

/** Shown before the first search: work in progress, one press away. */
export function WorkInProgress() {
  const { t } = useTranslation();
  const stocktakes = useQuery(stocktakesQuery).data ?? [];
  const relocations = useQuery(relocationsQuery).data ?? [];
  const late = useQuery(overdueQuery).data;
  const counting = stocktakes.filter((one) => one.state === "running" || one.state === "paused");
  const moving = relocations.filter((one) => one.state === "running" || one.state === "paused");
  const overdue = late?.items.length ?? 0;
  const isQuiet = counting.length === 0 && moving.length === 0 && overdue === 0;
  return (
    <section className="work">
      <p className="soft">{t("find.hint")}</p>
      <h2>{t("find.work.title")}</h2>
      {isQuiet && <p className="soft">{t("find.work.none")}</p>}
      <ul>
        {counting.map((one) => (
          <li key={one.id}>
            <Link to="/stocktakes/$id" params={{ id: one.id }}>
              {t("find.work.stocktake")} · {one.antennasDone} / {one.antennasTotal}
            </Link>
          </li>
        ))}
        {moving.map((one) => (
          <li key={one.id}>
            <Link to="/relocations/$id" params={{ id: one.id }}>
              {t("find.work.relocation")} · {one.name} · {one.movesPlaced} / {one.movesTotal}
            </Link>
          </li>
        ))}
        {overdue > 0 && (
          <li>
            <Link to="/loans">{t("find.work.overdue", { n: late?.nextCursor ? `${overdue}+` : overdue })}</Link>
          </li>
        )}
      </ul>
    </section>
  );
}
