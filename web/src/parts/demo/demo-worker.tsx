import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call, newKey } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";
import type { MoveGroup } from "../relocation/scan.ts";
import { tellTwin } from "./twin.ts";

const who = "mover";

/** Only in the demo: a simulated person walks in and does a group's moves in the twin; the gateway verifies each box by RFID. */
export function DemoWorker({ relocationId, group }: { relocationId: string; group: MoveGroup }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(0);
  const work = useAct<MoveGroup>({
    run: async ({ act, areaKey, aisle, moves }) => {
      setDone(0);
      await tellTwin({ do: "enter", area: areaKey, aisle, who });
      try {
        for (const move of moves) {
          const epc = move.epc ?? "";
          await tellTwin(act === "pick" ? { do: "take", epc, who } : { do: "put", epc, slot: move.toSlotId });
          const params = { id: relocationId, no: move.no };
          await call(endpoints[`${act}Box`], { params, body: {}, key: newKey(), timeoutMs: 30_000 });
          setDone((n) => n + 1);
        }
      } finally {
        await tellTwin({ do: "leave", area: areaKey, who });
        await tellTwin({ do: "key", area: areaKey, key: "reset" });
      }
    },
    old: [["relocation", relocationId], ["relocations"], ["search"]],
  });
  return (
    <>
      <Button
        size="small"
        className="demo-worker"
        loading={work.isBusy}
        data-testid={`demo-worker-${group.act}-${group.areaKey}-${group.aisle}`}
        onClick={() => work.go(group)}
      >
        {work.isBusy ? `${done} / ${group.moves.length}` : t(`relocation.demoWorker.${group.act}`)}
      </Button>
      <ProblemNote error={work.error} onClose={work.forget} />
    </>
  );
}
