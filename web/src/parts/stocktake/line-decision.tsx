import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { type LineDecision, lineDecisions } from "../../../../src/contract/kinds/stocktake-lines.ts";
import type { StocktakeLine } from "../../../../src/contract/stocktake.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { useMay } from "../../live/use-session.ts";
import { atTime } from "../at-time.ts";
import { actorName, useNames } from "../journal-sentence.ts";
import { ProblemNote } from "../problem-note.tsx";
import { StateMark } from "../state-mark.tsx";

/** The newest decision, its author and time; or that the line still waits. */
export function DecisionMark({ line, hasNote = false }: { line: StocktakeLine; hasNote?: boolean }) {
  const { t } = useTranslation();
  const names = useNames();
  const { decision } = line;
  if (!decision) return line.proposals.length > 0 ? <span className="soft">{t("stocktake.open")}</span> : null;
  const name = decision.name ?? actorName(t, decision.actor, names);
  return (
    <span className="decided" data-testid="line-decided">
      <StateMark state={decision.decision} word={t(`stocktake.decision.${decision.decision}`)} />
      <span className="soft">{t("stocktake.decidedBy", { name, time: atTime(decision.atMs) })}</span>
      {hasNote && decision.note && <q className="soft">{decision.note}</q>}
    </span>
  );
}

/** Records a person's decision about the line; the result itself stays unchanged. */
export function LineDecisionForm({ stocktakeId, line }: { stocktakeId: string; line: StocktakeLine }) {
  const { t } = useTranslation();
  const may = useMay();
  const [note, setNote] = useState("");
  const decide = useAct<LineDecision>({
    run: (decision, key) =>
      call(endpoints.decideLine, {
        params: { id: stocktakeId, no: line.no },
        body: { decision, ...(note.trim() ? { note: note.trim() } : {}) },
        key,
      }),
    old: [["stocktake-lines", stocktakeId]],
    done: () => setNote(""),
  });
  return (
    <section>
      <h3>{t("stocktake.decide")}</h3>
      <p>
        <DecisionMark line={line} hasNote />
      </p>
      {may("decide") && (
        <div className="decide">
          <Input
            value={note}
            maxLength={500}
            aria-label={t("stocktake.decisionNote")}
            placeholder={t("stocktake.decisionNote")}
            data-testid="decision-note"
            onChange={(event) => setNote(event.target.value)}
          />
          {lineDecisions.map((decision) => (
            <Button
              key={decision}
              loading={decide.isBusy}
              data-testid={`decide-${decision}`}
              onClick={() => decide.go(decision)}
            >
              {t(`stocktake.decision.${decision}`)}
            </Button>
          ))}
        </div>
      )}
      <p className="soft">{t("stocktake.proposalHint")}</p>
      <ProblemNote error={decide.error} onClose={decide.forget} />
    </section>
  );
}
