import { Link } from "@tanstack/react-router";
import { Steps } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PageHead } from "../parts/page-head.tsx";
import { type Draft, keepDraft, keptDraft } from "../parts/relocation/draft.ts";
import { FilterForm } from "../parts/relocation/filter-form.tsx";
import { PlanPreview } from "../parts/relocation/plan-preview.tsx";

/** Choose boxes → see what would happen → make the plan. Nothing moves here. */
export function PlanRelocationPage() {
  const { t } = useTranslation();
  const [{ draft, isPreview }, setState] = useState(keptDraft);
  const show = (next: Draft | null, preview: boolean) => {
    keepDraft(next, preview);
    setState({ draft: next, isPreview: preview });
  };
  return (
    <>
      <Link to="/relocations">← {t("relocation.title")}</Link>
      <PageHead title={t("relocation.new")} />
      <div className="wizard">
        <Steps
          size="small"
          current={isPreview ? 1 : 0}
          items={[
            { title: t("relocation.step.filter") },
            { title: t("relocation.step.preview") },
            { title: t("relocation.step.plan") },
          ]}
        />
        {isPreview && draft ? (
          <PlanPreview draft={draft} onBack={() => show(draft, false)} onPlanned={() => keepDraft(null, false)} />
        ) : (
          <FilterForm draft={draft} onKeep={(next) => keepDraft(next, false)} onPreview={(next) => show(next, true)} />
        )}
      </div>
    </>
  );
}
