import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { useSession } from "../live/use-session.ts";
import { atTime } from "./at-time.ts";

/** Somebody may be guessing this person's password: only the person can know whether the tries were their own. */
export function RefusedSignInsStrip() {
  const { t } = useTranslation();
  const refused = useSession()?.refusedSignIns;
  const seen = useAct({
    run: (_, key) => call(endpoints.noteRefusedSeen, { key }),
    old: [["session"]],
  });
  if (!refused) return null;
  return (
    <Alert
      banner
      type="warning"
      data-testid="refused-sign-ins"
      title={t("signIn.refused", {
        n: refused.count,
        time: atTime(refused.lastAtMs),
        addresses: refused.addresses.join(", "),
      })}
      action={
        <Button size="small" onClick={() => seen.go()} loading={seen.isBusy} data-testid="refused-sign-ins-seen">
          {t("shell.alarm.acknowledge")}
        </Button>
      }
    />
  );
}
