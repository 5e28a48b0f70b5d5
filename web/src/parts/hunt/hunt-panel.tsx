import { LoadingOutlined, SoundOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxDetail } from "../../../../src/contract/catalogue.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { HuntView } from "../../../../src/contract/hunt.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { huntQuery } from "../../live/queries.ts";
import { useMay } from "../../live/use-session.ts";
import { atTime } from "../at-time.ts";
import { ProblemNote } from "../problem-note.tsx";
import { HuntPlaces } from "./hunt-places.tsx";

/** Listens for the box by hand: what the readers hear now, best layers first. */
export function HuntPanel({ box }: { box: BoxDetail }) {
  const { t } = useTranslation();
  const may = useMay();
  const { data: view, error, refetch } = useQuery(huntQuery(box.id));
  const act = useAct<"start" | "end", HuntView>({
    run: (verb, key) => call(endpoints[`${verb}Hunt`], { params: { id: box.id }, key }),
    done: (out, _, client) => client.setQueryData(huntQuery(box.id).queryKey, out),
    old: [["hunt", box.id]],
  });
  const isRunning = view?.state === "running";
  if (!box.epc || (!view && !may("hunt"))) return null;
  return (
    <section className="hunt" data-testid="hunt" data-state={view?.state ?? "none"}>
      <h3>{t("hunt.title")}</h3>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <ProblemNote error={act.error} onClose={act.forget} />
      {!isRunning && <p className="soft">{t("hunt.lead")}</p>}
      {may("hunt") && (
        <Button
          data-testid={isRunning ? "hunt-end" : "hunt-start"}
          icon={isRunning ? <LoadingOutlined /> : <SoundOutlined />}
          loading={act.isBusy}
          onClick={() => act.go(isRunning ? "end" : "start")}
        >
          {t(isRunning ? "hunt.end" : "hunt.start")}
        </Button>
      )}
      {view && (
        <p role="status">
          {view.endedWhy
            ? t("hunt.over", { why: t(`hunt.ended.${view.endedWhy}`), n: view.roundsRead })
            : t("hunt.running", { time: atTime(view.endsAtMs, "clock") })}
        </p>
      )}
      {isRunning && <p className="soft">{t("hunt.rounds", { n: view.roundsRead })}</p>}
      {view && <HuntPlaces view={view} />}
    </section>
  );
}
