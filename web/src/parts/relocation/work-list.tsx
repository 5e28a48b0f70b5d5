import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RelocationDetail } from "../../../../src/contract/relocation.ts";
import { useAreaName } from "../../live/use-area.ts";
import { useSession } from "../../live/use-session.ts";
import { DemoWorker } from "../demo/demo-worker.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { MoveRow } from "./move-row.tsx";
import { OpenAisle } from "./open-aisle.tsx";
import { groupMoves } from "./scan.ts";
import { ScanDesk } from "./scan-desk.tsx";
import { useMoveAct } from "./use-move-act.ts";

/** Aisle by aisle, so that each opens as few times as possible; by scanner or by hand. */
export function WorkList({ relocation, canWork }: { relocation: RelocationDetail; canWork: boolean }) {
  const { t } = useTranslation();
  const areaName = useAreaName();
  const [aimedNo, setAimed] = useState<number | null>(null);
  const isDemo = useSession()?.isDemo ?? false;
  const act = useMoveAct(relocation.id);
  const groups = groupMoves(relocation.moves);
  if (groups.length === 0)
    return relocation.state === "done" ? <p className="scan-told">{t("relocation.allDone")}</p> : null;
  return (
    <>
      {canWork && <ScanDesk relocation={relocation} aimedNo={aimedNo} onAim={setAimed} />}
      <ProblemNote error={act.error} onClose={act.forget} />
      <div className="groups">
        {groups.map((group) => (
          <section
            key={`${group.act} ${group.areaKey} ${group.aisle}`}
            className="sheet group"
            data-testid={`group-${group.act}`}
          >
            <header>
              <h2>
                {t(`relocation.${group.act}`)} ·{" "}
                {t("relocation.group", { area: areaName(group.areaKey), n: group.aisle })}
              </h2>
              <span className="soft">{t("common.boxes", { n: group.moves.length })}</span>
              {canWork && <OpenAisle areaKey={group.areaKey} aisle={group.aisle} />}
              {canWork && isDemo && <DemoWorker relocationId={relocation.id} group={group} />}
            </header>
            <div className="moves">
              {group.moves.map((move) => (
                <MoveRow
                  key={move.no}
                  move={move}
                  isCurrent={move.no === aimedNo}
                  canWork={canWork}
                  isBusy={act.isBusy}
                  onAct={act.go}
                />
              ))}
            </div>
          </section>
        ))}
      </div>
    </>
  );
}
