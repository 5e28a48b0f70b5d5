import { SafetyCertificateOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import type { JournalVerification } from "../../../src/contract/journal.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { ProblemNote } from "./problem-note.tsx";

/** Verifying a million rows takes this long. */
const verifyMaxMs = 600_000;

/** For auditors: the gateway hashes every row again and compares it with its neighbours. */
export function VerifyButton({ chain }: { chain: string }) {
  const { t } = useTranslation();
  const verify = useAct<string, JournalVerification>({
    run: (asked) => call(endpoints.verifyJournal, { query: { chain: asked }, timeoutMs: verifyMaxMs }),
  });
  const first = verify.out?.faults[0];
  return (
    <>
      <Button
        icon={<SafetyCertificateOutlined />}
        loading={verify.isBusy}
        data-testid="journal-verify"
        onClick={() => verify.go(chain)}
      >
        {t("journal.verify")}
      </Button>
      <ProblemNote error={verify.error} />
      {verify.out && (
        <Alert
          showIcon
          data-testid="journal-verified"
          type={first ? "error" : "success"}
          title={first ? t("journal.broken", { n: first.revision }) : t("journal.verified", { n: verify.out.rows })}
        />
      )}
    </>
  );
}
