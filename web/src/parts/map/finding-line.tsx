import { Link } from "@tanstack/react-router";
import { Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Finding } from "../../../../src/contract/attention.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { useMay } from "../../live/use-session.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";
import { atTime } from "../at-time.ts";
import { ProblemNote } from "../problem-note.tsx";

/** One difference: what, which box, where, why; a person locates the box, or acknowledges the finding. */
export function FindingLine({ areaKey, finding }: { areaKey: string; finding: Finding }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  const seen = useAct({
    run: (_, key) => call(endpoints.acknowledgeFinding, { params: { areaKey, id: finding.id }, body: {}, key }),
    old: [["area", areaKey]],
  });
  const { boxId, barcode, epc, expectedCode, seenCode, certainty, foundAtMs } = finding;
  const name = barcode ?? t("delta.unnamed", { epc });
  const isLost = finding.class === "missing" || finding.class === "notCovered";
  return (
    <li data-testid="finding" data-class={finding.class}>
      <div className="finding-what">
        <Tag className={`mark mark-${certainty === "confirmed" ? "bad" : "warn"}`}>
          {t(`delta.class.${finding.class}`)} · {t(`stocktake.certainty.${certainty}`)}
        </Tag>
        {boxId ? (
          <Link to="/" search={{ box: boxId }} className="code" data-testid="finding-box">
            {name}
          </Link>
        ) : (
          <span className="code wrap">{name}</span>
        )}
        {expectedCode && (
          <span>
            {t("stocktake.expected")} <b className="code">{expectedCode}</b>
          </span>
        )}
        {seenCode && (
          <span>
            {t("stocktake.seen")} <b className="code">{seenCode}</b>
          </span>
        )}
        <time className="soft">{atTime(foundAtMs)}</time>
      </div>
      <p className="soft">{say(finding, language)}</p>
      <div className="finding-acts">
        {boxId && isLost && may("locate") && (
          <Link to="/" search={{ box: boxId }} data-testid="finding-locate">
            {t("delta.locate")}
          </Link>
        )}
        {may("decide") && (
          <Button
            size="small"
            loading={seen.isBusy}
            onClick={() => seen.go()}
            data-testid="finding-acknowledge"
            aria-label={`${t("delta.acknowledge")}: ${name}`}
          >
            {t("delta.acknowledge")}
          </Button>
        )}
      </div>
      <ProblemNote error={seen.error} onClose={seen.forget} />
    </li>
  );
}
