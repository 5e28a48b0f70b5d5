import { LoadingOutlined, SoundOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxDetail } from "../../../../src/contract/catalogue.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { LocateView } from "../../../../src/contract/locate.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { locateQuery } from "../../live/queries.ts";
import { useMay } from "../../live/use-session.ts";
import { atTime } from "../at-time.ts";
import { ProblemNote } from "../problem-note.tsx";
import { LocatePlaces } from "./locate-places.tsx";

/** Searches for the box by hand: shows what the readers read now, best layers first. */
export function LocatePanel({ box }: { box: BoxDetail }) {
  const { t } = useTranslation();
  const may = useMay();
  const { data: view, error, refetch } = useQuery(locateQuery(box.id));
  const act = useAct<"start" | "end", LocateView>({
    run: (verb, key) => call(endpoints[`${verb}Locate`], { params: { id: box.id }, key }),
    done: (out, _, client) => client.setQueryData(locateQuery(box.id).queryKey, out),
    old: [["locate", box.id]],
  });
  const isRunning = view?.state === "running";
  if (!box.epc || (!view && !may("locate"))) return null;
  return (
    <section className="locate" data-testid="locate" data-state={view?.state ?? "none"}>
      <h3>{t("locate.title")}</h3>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <ProblemNote error={act.error} onClose={act.forget} />
      {!isRunning && <p className="soft">{t("locate.lead")}</p>}
      {may("locate") && (
        <Button
          data-testid={isRunning ? "locate-end" : "locate-start"}
          icon={isRunning ? <LoadingOutlined /> : <SoundOutlined />}
          loading={act.isBusy}
          onClick={() => act.go(isRunning ? "end" : "start")}
        >
          {t(isRunning ? "locate.end" : "locate.start")}
        </Button>
      )}
      {view && (
        <p role="status">
          {view.endedWhy
            ? t("locate.over", { why: t(`locate.ended.${view.endedWhy}`), n: view.roundsRead })
            : t("locate.running", { time: atTime(view.endsAtMs, "clock") })}
        </p>
      )}
      {isRunning && <p className="soft">{t("locate.rounds", { n: view.roundsRead })}</p>}
      {view && <LocatePlaces view={view} />}
    </section>
  );
}
