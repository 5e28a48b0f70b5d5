/** zh-CN first; the switch is instant and kept on this browser. */
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type Language = "zh" | "en";
const storageKey = "guiwei.language";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "console";
    resources: { console: typeof zh };
  }
}

void i18next.use(initReactI18next).init({
  lng: chosen() ?? "zh",
  fallbackLng: "zh",
  defaultNS: "console",
  ns: ["console"],
  resources: { zh: { console: zh }, en: { console: en } },
  interpolation: { escapeValue: false },
  returnNull: false,
});
dress(chosen() ?? "zh");

export function useLanguage(): Language {
  return useTranslation().i18n.language === "en" ? "en" : "zh";
}

/** A language chosen on this browser takes precedence over the person's own setting. */
export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Without storage the switch works for this visit only.
  }
  speak(language);
}

/** The person's own language, unless this browser has a choice. */
export function suggestLanguage(language: Language): void {
  if (!chosen()) speak(language);
}

function speak(language: Language): void {
  dress(language);
  void i18next.changeLanguage(language);
}

function dress(language: Language): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  dayjs.locale(language === "zh" ? "zh-cn" : "en");
}

function chosen(): Language | null {
  try {
    const kept = localStorage.getItem(storageKey);
    return kept === "zh" || kept === "en" ? kept : null;
  } catch {
    return null;
  }
}
