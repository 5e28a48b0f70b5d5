import { Table } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportView } from "../../../../src/contract/catalogue.ts";
import { addressOf } from "../../../../src/contract/endpoints/endpoint.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { type Language, useLanguage } from "../../words/index.ts";
import { say, sayCode } from "../../words/say.ts";
import { DownloadButton } from "../download-button.tsx";

interface Fault {
  row: number;
  column: string | null;
  code: string;
  params?: Record<string, string | number>;
  zh?: string;
  en?: string;
}

const shownMax = 100;

function sentenceOf(fault: Fault, language: Language): string {
  return fault.zh && fault.en
    ? say({ zh: fault.zh, en: fault.en }, language)
    : sayCode(fault.code, language, fault.params);
}

/** The faults of the first rows; the workbook, which can be corrected and uploaded again, has the rest. */
export function RowFaults({ view }: { view: ImportView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { firstFaults } = view.summary;
  const faults = (Array.isArray(firstFaults) ? firstFaults : []) as Fault[];
  if (faults.length === 0 && view.rowsRefused === 0) return null;
  return (
    <section>
      <h2 className="under">{t("catalogue.errors")}</h2>
      <DownloadButton
        path={addressOf(endpoints.getImportFaults, { params: { id: view.id } })}
        about={`errors:${view.id}`}
        label={t("catalogue.errorsXlsx")}
        testId="import-errors"
      />
      {faults.length >= shownMax && <p className="soft">{t("catalogue.firstErrors", { n: shownMax })}</p>}
      {faults.length > 0 && (
        <Table<Fault>
          className="under"
          size="small"
          rowKey={(fault) => `${fault.row} ${fault.column} ${fault.code}`}
          dataSource={faults.slice(0, shownMax)}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          scroll={{ x: "max-content" }}
          columns={[
            { title: t("catalogue.row"), dataIndex: "row", width: 80 },
            {
              title: t("catalogue.column"),
              width: 140,
              render: (_, fault) => fault.params?.column ?? fault.column ?? t("common.none"),
            },
            {
              title: t("catalogue.what"),
              render: (_, fault) => <span className="explain wide">{sentenceOf(fault, language)}</span>,
            },
          ]}
        />
      )}
    </section>
  );
}
