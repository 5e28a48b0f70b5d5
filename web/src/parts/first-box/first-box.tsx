import { CheckOutlined, CloseOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { FirstBoxView } from "../../../../src/contract/catalogue.ts";
import { useAreas } from "../../live/use-area.ts";
import { useMay } from "../../live/use-session.ts";
import { type StepKey, stepsOf } from "./first-box-steps.ts";
import { dismissFirstBox, useFirstBox } from "./use-first-box.ts";

/** A fresh installation: the few steps to the first box found, each with its present state and a link. */
export function FirstBox() {
  const { t } = useTranslation();
  const may = useMay();
  const areas = useAreas().length;
  const known = useFirstBox();
  if (!known) return null;
  const { view, devices } = known;
  const steps = stepsOf(view, devices);
  const next = steps.find((step) => !step.isDone)?.key;
  const told: Record<StepKey, string> = {
    site: t("firstBox.site.told", { areas, slots: view.slots }),
    devices: devices.length
      ? t("firstBox.devices.told", { up: devices.filter((one) => one.state === "up").length, all: devices.length })
      : t("firstBox.devices.none"),
    staff: t("firstBox.staff.told"),
    box: view.box ? t("firstBox.box.have", { barcode: view.box.barcode }) : t("firstBox.box.told"),
    tag: t("firstBox.tag.told"),
    slot: t("firstBox.slot.told"),
    show: t("firstBox.show.told"),
  };
  return (
    <section className="first-box" data-testid="first-box" aria-labelledby="first-box-title">
      <header>
        <h2 id="first-box-title">{t("firstBox.title")}</h2>
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          onClick={dismissFirstBox}
          data-testid="first-box-dismiss"
        >
          {t("firstBox.dismiss")}
        </Button>
      </header>
      <p className="soft">
        {t("firstBox.lead", { total: steps.length, done: steps.filter((step) => step.isDone).length })}
      </p>
      <ol>
        {steps.map(({ key, isDone, right }, i) => {
          const mayDo = right === null || may(right);
          return (
            <li
              key={key}
              className={isDone ? "is-done" : key === next ? "is-next" : ""}
              data-testid={`first-box-${key}`}
              data-state={isDone ? "done" : "open"}
            >
              <span className="first-box-no" role="img" aria-label={t(isDone ? "firstBox.done" : "firstBox.open")}>
                {isDone ? <CheckOutlined aria-hidden /> : i + 1}
              </span>
              <div>
                <strong>{t(`firstBox.${key}.title`)}</strong>
                <p className="soft">{!isDone && !mayDo ? t("firstBox.notYours") : told[key]}</p>
              </div>
              {!isDone && mayDo && <Way step={key} view={view} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Link to where the step is done. */
function Way({ step, view }: { step: StepKey; view: FirstBoxView }) {
  const { t } = useTranslation();
  const may = useMay();
  const word = t(`firstBox.${step}.go`);
  const found = view.box && { q: view.box.barcode };
  if (step === "site") return <Link to="/room">{word}</Link>;
  if (step === "devices") return <Link to="/devices">{word}</Link>;
  if (step === "staff") return <Link to="/people">{word}</Link>;
  if (step === "box")
    return (
      <span className="first-box-ways">
        <Link to="/catalogue" search={{ tab: "box" }}>
          {word}
        </Link>
        {may("import") && (
          <Link to="/catalogue" search={{ tab: "import" }}>
            {t("firstBox.box.import")}
          </Link>
        )}
      </span>
    );
  if (!view.box || !found) return null;
  if (step === "tag")
    return (
      <Link to="/catalogue" search={{ tab: "tag" }}>
        {word}
      </Link>
    );
  return (
    <Link to="/" search={step === "slot" ? { ...found, box: view.box.id } : found}>
      {word}
    </Link>
  );
}
