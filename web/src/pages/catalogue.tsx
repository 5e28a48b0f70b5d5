import { getRouteApi } from "@tanstack/react-router";
import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../live/use-session.ts";
import { BindByScan } from "../parts/import/bind-by-scan.tsx";
import { CreateBoxForm } from "../parts/import/create-box-form.tsx";
import { ImportDesk } from "../parts/import/import-desk.tsx";
import { PageHead } from "../parts/page-head.tsx";

const route = getRouteApi("/catalogue");

export function CataloguePage() {
  const { t } = useTranslation();
  const may = useMay();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
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
      <Tabs
        items={tabs}
        {...(tab && tabs.some((one) => one.key === tab) ? { activeKey: tab } : {})}
        onChange={(key) => void navigate({ search: { tab: key }, replace: true })}
        destroyOnHidden
      />
    </>
  );
}
