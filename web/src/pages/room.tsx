import { useTranslation } from "react-i18next";
import { useRooms } from "../live/use-area.ts";
import { AreaPanel } from "../parts/map/area-panel.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { useLanguage } from "../words/index.ts";
import { say } from "../words/say.ts";

/** Every area of every room at once. */
export function RoomPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const rooms = useRooms();
  return (
    <>
      <PageHead title={t("shell.nav.room")} />
      {rooms.map((room) => (
        <section key={room.id}>
          {rooms.length > 1 && <h2>{say(room.name, language)}</h2>}
          <div className="areas">
            {room.areas.map((area) => (
              <AreaPanel key={area.areaKey} areaKey={area.areaKey} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}
