import { AimOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Descriptions, Drawer, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxView } from "../../../../src/contract/catalogue.ts";
import { boxQuery } from "../../live/queries.ts";
import { useMay } from "../../live/use-session.ts";
import { LocatePanel } from "../locate/locate-panel.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { BoxActs, type BoxActWanted } from "./box-acts.tsx";
import { BoxHistory } from "./box-history.tsx";
import { BoxRecords } from "./box-records.tsx";
import { PlaceLine } from "./place-line.tsx";

interface Props {
  boxId: string;
  onClose: () => void;
  onShow?: (box: BoxView) => void;
  wanted?: BoxActWanted;
}

export function BoxDrawer({ boxId, onClose, onShow, wanted }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const { data: box, error, refetch } = useQuery(boxQuery(boxId));
  return (
    <Drawer
      open
      size={560}
      onClose={onClose}
      title={t("box.title", { barcode: box?.barcode ?? "" })}
      data-testid="box-drawer"
      extra={
        box?.place.kind === "slot" && onShow && may("move") ? (
          <Button
            type="primary"
            icon={<AimOutlined />}
            onClick={() => {
              onShow(box);
              onClose();
            }}
          >
            {t("find.showMe")}
          </Button>
        ) : undefined
      }
    >
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {!box && !error && <Skeleton active />}
      {box && (
        <div className="box-detail">
          <PlaceLine box={box} />
          <Descriptions
            size="small"
            column={2}
            items={[
              {
                key: "now",
                label: t("box.now"),
                children: <span className="code">{box.place.locationCode ?? t("common.none")}</span>,
              },
              {
                key: "home",
                label: t("box.home"),
                children: <span className="code">{box.homeLocationCode ?? t("box.noHome")}</span>,
              },
              { key: "thick", label: t("common.thickness"), children: t("common.mm", { n: box.thicknessMm }) },
              {
                key: "tag",
                label: t("box.tag"),
                children: <span className="code wrap">{box.epc ?? t("box.noTag")}</span>,
              },
            ]}
          />
          <BoxActs box={box} {...(wanted ? { wanted } : {})} />
          <LocatePanel box={box} />
          <BoxRecords records={box.records} />
          <BoxHistory boxId={box.id} />
        </div>
      )}
    </Drawer>
  );
}
