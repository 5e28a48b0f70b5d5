import { Button, Input, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RelocationMove } from "../../../../src/contract/relocation.ts";
import { StateMark } from "../state-mark.tsx";
import type { MoveAct } from "./use-move-act.ts";

interface Props {
  move: RelocationMove;
  isCurrent: boolean;
  canWork: boolean;
  isBusy: boolean;
  onAct: (act: MoveAct) => void;
}

/** Without a scanner the gateway asks the layer's antenna instead, and refuses what it cannot verify. */
export function MoveRow({ move, isCurrent, canWork, isBusy, onAct }: Props) {
  const { t } = useTranslation();
  const verb = move.state === "planned" ? "pick" : "put";
  const { no, barcode } = move;
  return (
    <div className={isCurrent ? "move is-current" : "move"} data-testid={`move-${no}`} data-state={move.state}>
      <span className="soft">{no}</span>
      <strong className="code">{barcode}</strong>
      <span className="move-way code">
        <span>{move.fromCode}</span>
        <span aria-hidden>→</span>
        <strong>{move.toCode}</strong>
      </span>
      <span className="move-mark">
        <StateMark state={move.state} word={t(`relocation.moveState.${move.state}`)} />
      </span>
      {canWork && (
        <span className="move-acts">
          <Button
            size="small"
            type="primary"
            loading={isBusy}
            data-testid={`${verb}-${no}`}
            aria-label={`${t(`relocation.${verb}`)} ${barcode}`}
            onClick={() => onAct({ verb, no, barcode })}
          >
            {t(`relocation.${verb}`)}
          </Button>
          <SkipButton move={move} onSkip={(reason) => onAct({ verb: "skip", no, barcode, reason })} />
        </span>
      )}
    </div>
  );
}

function SkipButton({ move, onSkip }: { move: RelocationMove; onSkip: (reason: string) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const skip = () => {
    if (reason.trim()) onSkip(reason.trim());
  };
  return (
    <Popover
      trigger="click"
      title={t("relocation.skipTitle", { barcode: move.barcode })}
      content={
        <span className="scan-row">
          <Input
            value={reason}
            maxLength={500}
            aria-label={t("common.reason")}
            placeholder={t("common.reasonHint")}
            onChange={(event) => setReason(event.target.value)}
            onPressEnter={skip}
          />
          <Button disabled={!reason.trim()} onClick={skip} data-testid={`skip-submit-${move.no}`}>
            {t("relocation.skip")}
          </Button>
        </span>
      }
    >
      <Button size="small" data-testid={`skip-${move.no}`} aria-label={`${t("relocation.skip")} ${move.barcode}`}>
        {t("relocation.skip")}
      </Button>
    </Popover>
  );
}
