import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { chooseLanguage, useLanguage } from "../words/index.ts";

export function LanguageSwitch() {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Button
      type="text"
      data-testid="language"
      aria-label={t("shell.person.language")}
      onClick={() => chooseLanguage(language === "zh" ? "en" : "zh")}
    >
      <span lang={language === "zh" ? "en" : "zh-CN"}>{language === "zh" ? "EN" : "中文"}</span>
    </Button>
  );
}
