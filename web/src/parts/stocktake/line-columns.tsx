import { Link } from "@tanstack/react-router";
import { Button, type TableColumnsType } from "antd";
import type { TFunction } from "i18next";
import { asPercent } from "../../../../src/contract/as-percent.ts";
import type { StocktakeLine } from "../../../../src/contract/stocktake.ts";
import type { Language } from "../../words/index.ts";
import { StateMark } from "../state-mark.tsx";
import { DecisionMark } from "./line-decision.tsx";
import { LineProposals, type Opened } from "./line-proposals.tsx";

interface Shown {
  t: TFunction;
  language: Language;
  isProofOpen: (line: StocktakeLine) => boolean;
  onProof: (line: StocktakeLine) => void;
  onOpen: (opened: Opened) => void;
}

export function lineColumns({ t, language, isProofOpen, onProof, onOpen }: Shown): TableColumnsType<StocktakeLine> {
  return [
    { title: "#", dataIndex: "no", width: 56 },
    { title: t("common.barcode"), render: (_, line) => <LineName line={line} none={t("common.none")} /> },
    {
      title: t("stocktake.where"),
      render: (_, line) => (
        <dl className="where">
          <dt>{t("stocktake.expected")}</dt>
          <dd className="code">{line.expectedCode ?? line.expectedLayerId ?? t("common.none")}</dd>
          <dt>{t("stocktake.seen")}</dt>
          <dd className="code">{line.seenCode ?? t("common.none")}</dd>
        </dl>
      ),
    },
    {
      title: t("stocktake.probability"),
      render: (_, line) => (
        <div className="sure">
          <StateMark
            state={line.certainty === "confirmed" ? "confirmed" : "paused"}
            word={t(`stocktake.certainty.${line.certainty}`)}
          />
          {line.probability !== null && <span data-testid="line-probability">{asPercent(line.probability)}</span>}
        </div>
      ),
    },
    {
      title: t("common.reason"),
      render: (_, line) => <span className="explain">{explained(line, language)}</span>,
    },
    {
      title: t("stocktake.proposals"),
      render: (_, line) => (
        <div className="proposed">
          <LineProposals line={line} onOpen={onOpen} />
          <DecisionMark line={line} />
        </div>
      ),
    },
    {
      title: t("stocktake.evidence"),
      // Always visible; it also keeps the opened evidence visible on a tablet.
      fixed: "right",
      render: (_, line) => (
        <Button size="small" data-testid="line-proof" aria-expanded={isProofOpen(line)} onClick={() => onProof(line)}>
          {t("stocktake.evidence")}
        </Button>
      ),
    },
  ];
}

function LineName({ line, none }: { line: StocktakeLine; none: string }) {
  const word = <span className="code">{line.barcode ?? line.epc ?? none}</span>;
  if (!line.boxId) return word;
  return (
    <Link to="/" search={{ q: line.barcode ?? undefined, box: line.boxId }}>
      {word}
    </Link>
  );
}

function explained(line: StocktakeLine, language: Language): string {
  const words = line.explanation[language];
  return typeof words === "string" ? words : "";
}
