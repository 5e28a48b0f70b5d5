import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { ProblemError } from "../live/call.ts";
import { useLanguage } from "../words/index.ts";
import { say, sayProblem } from "../words/say.ts";

interface Props {
  error: unknown;
  /** Replaces the error's own sentence. */
  text?: string;
  onRetry?: () => void;
  onClose?: () => void;
}

/** A refusal or failure in plain words, with the faults of single fields. */
export function ProblemNote({ error, text, onRetry, onClose }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (!error && !text) return null;
  const problems = error instanceof ProblemError ? error.problems : [];
  return (
    <Alert
      className="problem-note"
      type="error"
      showIcon
      data-testid="problem"
      role="alert"
      title={text ?? sayProblem(error, language)}
      description={
        problems.length > 0 ? (
          <ul>
            {problems.slice(0, 8).map((problem) => (
              <li key={`${problem.path} ${problem.en}`}>{say(problem, language)}</li>
            ))}
          </ul>
        ) : undefined
      }
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            {t("common.retry")}
          </Button>
        )
      }
      {...(onClose ? { closable: { onClose } } : {})}
    />
  );
}
