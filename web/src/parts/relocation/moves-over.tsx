import { CheckCircleFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { RelocationMove } from "../../../../src/contract/relocation.ts";
import { zh } from "../../words/zh.ts";
import { StateMark } from "../state-mark.tsx";

type By = keyof typeof zh.relocation.by;

/** Finished and skipped moves, with their evidence. */
export function MovesOver({ moves }: { moves: readonly RelocationMove[] }) {
  const { t } = useTranslation();
  const over = moves.filter((move) => move.state === "placed" || move.state === "skipped");
  if (over.length === 0) return null;
  return (
    <details className="sheet group over">
      <summary>
        {t("relocation.moveState.placed")} / {t("relocation.moveState.skipped")} ({over.length})
      </summary>
      <div className="moves">
        {over.map((move) => {
          const by = move.evidence.by;
          const isKnown = typeof by === "string" && by in zh.relocation.by;
          return (
            <div key={move.no} className="move" data-testid={`move-${move.no}`} data-state={move.state}>
              <span className="soft">{move.no}</span>
              <strong className="code">{move.barcode}</strong>
              <span className="move-way code">
                <span>{move.fromCode}</span>
                <span aria-hidden>→</span>
                <span>{move.toCode}</span>
              </span>
              <span className="move-mark">
                <StateMark state={move.state} word={t(`relocation.moveState.${move.state}`)} />
              </span>
              <span className="soft">
                {move.state === "placed" && isKnown && (
                  <>
                    <CheckCircleFilled aria-hidden /> {t("relocation.verified", { by: t(`relocation.by.${by as By}`) })}
                  </>
                )}
                {move.skipReason}
              </span>
            </div>
          );
        })}
      </div>
    </details>
  );
}
