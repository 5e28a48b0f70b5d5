import { eq } from "drizzle-orm";
import { writeXlsx } from "hucre";
import type { House } from "../house.ts";
import { stocktakeLines } from "../storage/schema/stocktake.ts";
import { stocktakeView } from "./stocktake-view.ts";

const classNames: Record<string, string> = {
  found: "在位",
  misplaced: "错架",
  missing: "缺失",
  unexpected: "盘盈",
  onLoan: "借出",
  notCovered: "未覆盖",
};

/** The kept result as a workbook: what was covered first, then the lines. */
export async function resultXlsx(house: House, id: string): Promise<Uint8Array> {
  const view = await stocktakeView(house, id);
  const rows = await house.db
    .select()
    .from(stocktakeLines)
    .where(eq(stocktakeLines.stocktakeId, id))
    .orderBy(stocktakeLines.no);
  const summary = view.summary ?? {};
  return writeXlsx({
    sheets: [
      {
        name: "盘点概况",
        rows: [
          ["盘点编号", id],
          ["库房", view.roomId],
          ["状态", view.state],
          ["开始", new Date(view.startedAtMs).toISOString()],
          ["结束", view.endedAtMs === null ? "" : new Date(view.endedAtMs).toISOString()],
          ["应读层数", view.layersTotal],
          ["已覆盖层数", view.layersCovered],
          ...Object.entries(classNames).map(([name, zh]) => [zh, Number(summary[name] ?? 0)]),
        ],
      },
      {
        name: "明细",
        rows: [
          ["序号", "结果", "把握", "盒条码", "标签EPC", "应在架位", "读到层", "说明"],
          ...rows.map((row) => [
            row.no,
            classNames[row.class] ?? row.class,
            row.certainty === "confirmed" ? "确认" : "疑似",
            row.barcode ?? "",
            row.epc ?? "",
            row.expectedCode ?? "",
            row.seenCode ?? "",
            (row.explanation as { zh: string }).zh,
          ]),
        ],
      },
    ],
  });
}
