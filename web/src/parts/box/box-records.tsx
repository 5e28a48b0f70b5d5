import { useTranslation } from "react-i18next";
import type { RecordView } from "../../../../src/contract/catalogue.ts";
import { zh } from "../../words/zh.ts";

const shownMax = 50;

export function BoxRecords({ records }: { records: readonly RecordView[] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>
        {t("box.records")} ({records.length})
      </h3>
      {records.length === 0 && <p className="soft">{t("box.noRecords")}</p>}
      <ul className="plain-list">
        {records.slice(0, shownMax).map((record) => (
          <li key={record.id}>
            <strong>{record.name}</strong>{" "}
            <span className="soft">
              {t("box.record.customer")} <span className="code">{record.customerNo}</span> · {t("box.record.no")}{" "}
              <span className="code">{record.recordNo}</span> · {t(`box.record.state.${record.state}`)} ·{" "}
              {[record.supplyOffice, record.line].filter(Boolean).join(" / ")} · {t("box.record.secrecy")}{" "}
              {record.secrecyLevel in zh.box.record.level
                ? t(`box.record.level.${record.secrecyLevel as keyof typeof zh.box.record.level}`)
                : record.secrecyLevel}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
