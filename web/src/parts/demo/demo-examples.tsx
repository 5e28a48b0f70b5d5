import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { demoExamplesQuery } from "../../live/queries.ts";

/** Only in the demo: examples to search for, because a new visitor knows none of its names. */
export function DemoExamples({ onSearch }: { onSearch(text: string): void }) {
  const { t } = useTranslation();
  const examples = useQuery(demoExamplesQuery);
  if (!examples.data?.length) return null;
  return (
    <section className="demo-examples" aria-label={t("find.examples")} data-testid="demo-examples">
      <span className="soft">{t("find.examples")}</span>
      {examples.data.map((text) => (
        <Button key={text} onClick={() => onSearch(text)}>
          {text}
        </Button>
      ))}
    </section>
  );
}
