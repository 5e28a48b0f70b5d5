import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Spin } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { call } from "../live/call.ts";
import { sessionQuery } from "../live/queries.ts";
import { suggestLanguage } from "../words/index.ts";
import { Door } from "./door.tsx";
import { FirstRun } from "./first-run.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";

/** Shows the first run, the sign-in or the console, depending on the session. */
export function Gate() {
  const { t } = useTranslation();
  const demo = useDemoLink();
  const session = useQuery({ ...sessionQuery, enabled: !demo.isBusy });
  const person = session.data?.person ?? null;
  useEffect(() => {
    if (person) suggestLanguage(person.language);
  }, [person]);

  if (session.data && person) return <Shell />;
  return (
    <Door siteName={session.data?.siteName ?? null}>
      {demo.isFailed && <ProblemNote error={null} text={t("signIn.demoFailed")} />}
      {session.isError && <ProblemNote error={session.error} onRetry={() => void session.refetch()} />}
      {(demo.isBusy || session.isPending) && !session.isError && (
        <div className="door-wait">
          <Spin size="small" /> {demo.isBusy ? t("signIn.demo") : t("common.loading")}
        </div>
      )}
      {session.data?.setUpPending && <FirstRun />}
      {session.data && !session.data.setUpPending && <SignIn />}
    </Door>
  );
}

/** The demo's one-time link: /#demo=CODE or /?demo=CODE. The code leaves the address bar at once. */
function useDemoLink(): { isBusy: boolean; isFailed: boolean } {
  const client = useQueryClient();
  const [code] = useState(takeDemoCode);
  const [state, setState] = useState<"none" | "busy" | "done" | "failed">(code ? "busy" : "none");
  useEffect(() => {
    if (!code) return;
    call(endpoints.signInToDemo, { body: { code } })
      .then(() => client.resetQueries({ queryKey: sessionQuery.queryKey }))
      .then(() => setState("done"))
      .catch(() => setState("failed"));
  }, [code, client]);
  return { isBusy: state === "busy", isFailed: state === "failed" };
}

let demoCode: string | null | undefined;

function takeDemoCode(): string | null {
  // Kept outside React: its development mode mounts twice, and the code works once.
  if (demoCode !== undefined) return demoCode;
  const hash = new URLSearchParams(location.hash.replace(/^#/, ""));
  const search = new URLSearchParams(location.search);
  demoCode = hash.get("demo") ?? search.get("demo");
  if (demoCode !== null) {
    search.delete("demo");
    history.replaceState(history.state, "", `${location.pathname}${search.size > 0 ? `?${search}` : ""}`);
  }
  return demoCode;
}
