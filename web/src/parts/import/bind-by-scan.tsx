import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoxView } from "../../../../src/contract/catalogue.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call, ProblemError } from "../../live/call.ts";
import { BindTagForm } from "../box/bind-tag-form.tsx";
import { ProblemNote } from "../problem-note.tsx";

/** Scan a box, read its tag, next box. With a tag that antennas have already read, only the box is asked for. */
export function BindByScan({ epc }: { epc?: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [bound, setBound] = useState<string | null>(null);
  const look = useAct<string, BoxView>({
    run: async (barcode) => {
      const page = await call(endpoints.search, { query: { q: barcode, limit: 20 } });
      const box = page.items.find((hit) => hit.box?.barcode.toUpperCase() === barcode.toUpperCase())?.box;
      const words = { code: "box-unknown", zh: `没有这个档案盒：${barcode}。`, en: `There is no box ${barcode}.` };
      if (!box) throw new ProblemError(404, words);
      return box;
    },
  });
  const box = look.out;
  return (
    <section className="sheet narrow">
      <p className="soft">{t("catalogue.tagLead")}</p>
      <form
        className="scan-row"
        onSubmit={(event) => {
          event.preventDefault();
          setBound(null);
          if (text.trim()) look.go(text.trim());
        }}
      >
        <Input
          key={bound ?? ""}
          autoFocus
          value={text}
          className="code"
          aria-label={t("catalogue.findBox")}
          placeholder={t("catalogue.findBox")}
          data-testid="bind-box"
          onChange={(event) => setText(event.target.value)}
        />
        <Button htmlType="submit" loading={look.isBusy}>
          {t("find.search")}
        </Button>
      </form>
      <ProblemNote error={look.error} />
      {bound && (
        <p className="scan-told" role="status">
          ✓ {t("catalogue.tagBound", { barcode: bound })}
        </p>
      )}
      {box && (
        <>
          <p>
            <strong className="code">{box.barcode}</strong>{" "}
            <span className="soft wrap">{box.epc ?? t("box.noTag")}</span>
          </p>
          <BindTagForm
            key={box.id}
            boxId={box.id}
            {...(epc ? { epc } : {})}
            onDone={() => {
              setBound(box.barcode);
              setText("");
              look.forget();
            }}
          />
        </>
      )}
    </section>
  );
}
