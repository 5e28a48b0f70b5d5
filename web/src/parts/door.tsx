import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../words/index.ts";
import { say } from "../words/say.ts";
import { LanguageSwitch } from "./language-switch.tsx";

/** The page before the console: sign-in and first run. */
export function Door({ siteName, children }: { siteName: { zh: string; en: string } | null; children: ReactNode }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <main className="door">
      <div className="door-card">
        <header className="door-head">
          <img src="/favicon.svg" alt="" width={44} height={44} />
          <div>
            <h1>{t("shell.product")}</h1>
            <p>{siteName ? say(siteName, language) : t("shell.productLong")}</p>
          </div>
          <LanguageSwitch />
        </header>
        {children}
      </div>
    </main>
  );
}
