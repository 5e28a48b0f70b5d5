import { Button, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoxDetail } from "../../../../src/contract/catalogue.ts";
import { useMay } from "../../live/use-session.ts";
import { BindTagForm } from "./bind-tag-form.tsx";
import { HomeForm } from "./home-form.tsx";
import { PlaceForm } from "./place-form.tsx";
import { ReturnForm } from "./return-form.tsx";
import { TakeForm } from "./take-form.tsx";
import { WithdrawForm } from "./withdraw-form.tsx";

/** Pre-filled values of a form that a proposal opens; a person checks them and presses the button. */
export interface BoxActWanted {
  act: "return" | "place" | "tag";
  locationCode?: string;
  /** The code names a layer only. */
  isLayer?: boolean;
}
type Act = "take" | "return" | "place" | "tag" | "home" | "withdraw";

/** Actions for the box in its present place; one form at a time. */
export function BoxActs({ box, wanted }: { box: BoxDetail; wanted?: BoxActWanted }) {
  const { t } = useTranslation();
  const may = useMay();
  const [act, setAct] = useState<Act | null>(wanted?.act ?? null);
  if (box.withdrawnAtMs !== null) return null;
  const isOut = box.place.kind === "person";
  const acts: { act: Act; word: string; isShown: boolean }[] = [
    { act: "take", word: t("box.take"), isShown: may("lend") && !isOut },
    { act: "return", word: t("box.giveBack"), isShown: may("lend") && isOut },
    { act: "place", word: t("box.place"), isShown: may("lend") && !isOut },
    { act: "tag", word: t("box.bindTag"), isShown: may("catalogue") },
    { act: "home", word: t("box.changeHome"), isShown: may("catalogue") },
    { act: "withdraw", word: t("box.withdraw"), isShown: may("catalogue") && !isOut },
  ];
  const done = () => setAct(null);
  const shown = acts.find((one) => one.act === act && one.isShown)?.act;
  return (
    <section>
      <Space wrap>
        {acts
          .filter((one) => one.isShown)
          .map((one) => (
            <Button
              key={one.act}
              type={one.act === act ? "primary" : "default"}
              data-testid={`box-${one.act}`}
              aria-expanded={one.act === act}
              onClick={() => setAct(one.act === act ? null : one.act)}
            >
              {one.word}
            </Button>
          ))}
      </Space>
      {shown === "take" && <TakeForm box={box} onDone={done} />}
      {shown === "return" && <ReturnForm box={box} onDone={done} />}
      {shown === "place" && <PlaceForm box={box} onDone={done} {...(wanted ? { wanted } : {})} />}
      {shown === "home" && <HomeForm boxId={box.id} onDone={done} />}
      {shown === "withdraw" && <WithdrawForm boxId={box.id} onDone={done} />}
      {shown === "tag" && <BindTagForm boxId={box.id} onDone={done} />}
    </section>
  );
}
