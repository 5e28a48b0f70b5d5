import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../live/use-session.ts";
import { BindByScan } from "../parts/import/bind-by-scan.tsx";
import { CreateBoxForm } from "../parts/import/create-box-form.tsx";
import { ImportDesk } from "../parts/import/import-desk.tsx";
import { PageHead } from "../parts/page-head.tsx";

export function CataloguePage() {
  const { t } = useTranslation();
  const may = useMay();
  const tabs = [
    ...(may("import") ? [{ key: "import", label: t("catalogue.tab.import"), children: <ImportDesk /> }] : []),
    ...(may("catalogue")
      ? [
          { key: "box", label: t("catalogue.tab.box"), children: <CreateBoxForm /> },
          { key: "tag", label: t("catalogue.tab.tag"), children: <BindByScan /> },
        ]
      : []),
  ];
  return (
    <>
      <PageHead title={t("catalogue.title")} />
      <Tabs items={tabs} destroyOnHidden />
    </>
  );
}
