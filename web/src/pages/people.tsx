import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../live/use-session.ts";
import { PageHead } from "../parts/page-head.tsx";
import { PeopleTable } from "../parts/people/people-table.tsx";
import { TokensTable } from "../parts/people/tokens-table.tsx";

export function PeoplePage() {
  const { t } = useTranslation();
  const may = useMay();
  if (!may("people") && !may("tokens")) return <p>{t("shell.notAllowed")}</p>;
  return (
    <>
      <PageHead title={t("people.title")} />
      <Tabs
        items={[
          ...(may("people") ? [{ key: "people", label: t("people.tab.people"), children: <PeopleTable /> }] : []),
          ...(may("tokens") ? [{ key: "tokens", label: t("people.tab.tokens"), children: <TokensTable /> }] : []),
        ]}
      />
    </>
  );
}
