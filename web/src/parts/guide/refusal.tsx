import { StopFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Saying } from "../../../../src/contract/aisles.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";

interface Props {
  why: Pick<Saying, "zh" | "en">;
  /** The cause of the refusal is cleared. */
  mayAgain: boolean;
  onAgain?: (() => void) | undefined;
}

/** The sentence says which step clears it; once it is cleared, the button is highlighted. */
export function Refusal({ why, mayAgain, onAgain }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className={mayAgain ? "refusal is-cleared" : "refusal"} role="alert" data-testid="refusal">
      <StopFilled aria-hidden />
      <p>{say(why, language)}</p>
      {onAgain && (
        <Button type={mayAgain ? "primary" : "default"} data-testid="try-again" data-may={mayAgain} onClick={onAgain}>
          {mayAgain ? t("find.again") : t("find.tryAgain")}
        </Button>
      )}
    </div>
  );
}
