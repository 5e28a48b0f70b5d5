import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoxView } from "../../../src/contract/catalogue.ts";
import { useAreas } from "../live/use-area.ts";
import { useSession } from "../live/use-session.ts";
import { BoxDrawer } from "../parts/box/box-drawer.tsx";
import { DemoExamples } from "../parts/demo/demo-examples.tsx";
import { FirstBox } from "../parts/first-box/first-box.tsx";
import { Guide } from "../parts/guide/guide.tsx";
import { useShowBox } from "../parts/guide/use-show-box.ts";
import { AreaPanel } from "../parts/map/area-panel.tsx";
import { SearchBox } from "../parts/search-box.tsx";
import { SearchHits } from "../parts/search-hits.tsx";
import { WorkInProgress } from "../parts/work-in-progress.tsx";

const route = getRouteApi("/");

/** The home page: scan or type, see where the box is, let the aisle be opened. */
export function FindPage() {
  const { t } = useTranslation();
  const { q, box: boxId } = route.useSearch();
  const navigate = route.useNavigate();
  const areas = useAreas();
  const isDemo = useSession()?.isDemo ?? false;
  const [chosenArea, chooseArea] = useState<string | null>(null);
  const [guided, setGuided] = useState<BoxView | null>(null);
  const show = useShowBox();
  const areaKey = chosenArea ?? areas[0]?.areaKey ?? "";

  const showMe = (box: BoxView) => {
    setGuided(box);
    if (box.place.areaKey) chooseArea(box.place.areaKey);
    show.forget();
    show.go(box.id);
  };
  const search = (next: string) => void navigate({ search: { q: next || undefined }, replace: true });
  const openBox = (id: string | undefined) => void navigate({ search: { q, box: id } });

  return (
    <div className="find">
      <h1 className="hidden">{t("find.title")}</h1>
      <div className="find-search">
        <SearchBox q={q ?? ""} onSearch={search} />
      </div>
      <div className="find-hits">
        {q ? (
          <SearchHits q={q} guidedId={guided?.id ?? null} onShow={showMe} onDetails={openBox} />
        ) : (
          <>
            <FirstBox />
            {isDemo && <DemoExamples onSearch={search} />}
            <WorkInProgress />
          </>
        )}
      </div>
      <div className="find-map">
        {areaKey !== "" && (
          <AreaPanel areaKey={areaKey} onChoose={chooseArea} hidesCommand={guided !== null}>
            {guided && <Guide key={guided.id} box={guided} show={show} onEnd={() => setGuided(null)} />}
          </AreaPanel>
        )}
      </div>
      {boxId && <BoxDrawer boxId={boxId} onClose={() => openBox(undefined)} onShow={showMe} />}
    </div>
  );
}
