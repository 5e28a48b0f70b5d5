import { InboxOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Space, Spin, Table, Upload } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportView } from "../../../../src/contract/catalogue.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { importsQuery } from "../../live/queries.ts";
import { useMay } from "../../live/use-session.ts";
import { atTime } from "../at-time.ts";
import { DownloadButton } from "../download-button.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { StateMark } from "../state-mark.tsx";
import { importStateOf } from "./import-state.ts";

/** Template → dry run → errors by row → import; and the export that can be imported again. */
export function ImportDesk() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(importsQuery);
  const upload = useAct<File, ImportView>({
    run: (file, key) => {
      const form = new FormData();
      form.append("file", file, file.name);
      return call(endpoints.uploadImport, { form, key });
    },
    old: [["imports"]],
    done: (view) => void navigate({ to: "/imports/$id", params: { id: view.id } }),
  });
  return (
    <>
      <Space wrap align="start" className="desk-acts">
        <DownloadButton
          path={endpoints.getImportTemplate.path}
          about="template"
          label={t("catalogue.template")}
          testId="import-template"
        />
        {may("catalogue") && (
          <DownloadButton
            path={endpoints.exportCatalogue.path}
            about="export"
            label={t("catalogue.export")}
            testId="export"
          />
        )}
      </Space>
      <Upload.Dragger
        accept=".xlsx,.csv"
        multiple={false}
        showUploadList={false}
        disabled={upload.isBusy}
        data-testid="import-file"
        beforeUpload={(file) => {
          upload.go(file);
          return false;
        }}
      >
        <p className="drop-icon">{upload.isBusy ? <Spin /> : <InboxOutlined aria-hidden />}</p>
        <p className="drop-word">{t("catalogue.drop")}</p>
        <p className="soft">{t("catalogue.dropHint")}</p>
      </Upload.Dragger>
      <ProblemNote error={upload.error} onClose={upload.forget} />
      <h2 className="under">{t("catalogue.earlier")}</h2>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <Table<ImportView>
        size="medium"
        rowKey="id"
        loading={!data && !error}
        dataSource={data ?? []}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: t("catalogue.none") }}
        columns={[
          {
            title: t("catalogue.file"),
            render: (_, one) => (
              <Link to="/imports/$id" params={{ id: one.id }}>
                {one.filename}
              </Link>
            ),
          },
          { title: t("common.time"), render: (_, one) => atTime(one.startedAtMs) },
          {
            title: t("common.state"),
            render: (_, one) => (
              <StateMark state={importStateOf(one)} word={t(`catalogue.state.${importStateOf(one)}`)} />
            ),
          },
          { title: t("catalogue.rows"), dataIndex: "rowsTotal", align: "right" },
          { title: t("catalogue.refused"), dataIndex: "rowsRefused", align: "right" },
        ]}
      />
    </>
  );
}
