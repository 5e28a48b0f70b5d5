import type { Context } from "../context.ts";
import { asPercent } from "../contract/as-percent.ts";
import {
  certaintyTable,
  decisionTable,
  proposalTable,
  stocktakeClasses,
  stocktakeClassTable,
} from "../contract/kinds/stocktake-lines.ts";
import type { StocktakeLine, StocktakeView } from "../contract/stocktake.ts";
import type { Sheet } from "../workbooks/make-workbook.ts";
import type { Cell } from "../workbooks/write-workbook.ts";
import { readLines } from "./read-lines.ts";
import { stocktakeView } from "./stocktake-view.ts";

/** A page is one statement, and one uninterrupted step of this thread. */
const linesAtOnce = 200;

const columns: [zh: string, of: (line: StocktakeLine) => Cell][] = [
  ["序号", (line) => line.no],
  ["结果", (line) => stocktakeClassTable[line.class].zh],
  ["把握", (line) => certaintyTable[line.certainty].zh],
  ["概率", (line) => line.probability ?? ""],
  ["盒条码", (line) => line.barcode ?? ""],
  ["标签EPC", (line) => line.epc ?? ""],
  ["应在架位", (line) => line.expectedCode ?? ""],
  ["读到层", (line) => line.seenCode ?? ""],
  ["说明", (line) => String(line.explanation.zh ?? "")],
  ["可能位置", (line) => line.alternatives.map(alternativeWords).join("；")],
  ["依据", (line) => line.evidence.map(evidenceWords).join("；")],
  ["建议", (line) => line.proposals.map((one) => proposalTable[one].zh).join("、")],
  ["处理", (line) => (line.decision ? decisionTable[line.decision.decision].zh : "")],
  ["处理人", (line) => line.decision?.name ?? line.decision?.actor ?? ""],
  ["处理时间", (line) => (line.decision ? new Date(line.decision.atMs).toISOString() : "")],
  ["处理备注", (line) => line.decision?.note ?? ""],
];

/** The stored result as sheets: coverage, person and certainty first, then the lines with their evidence. */
export async function resultSheets(context: Context, id: string): Promise<Sheet[]> {
  const view = await stocktakeView(context, id);
  return [
    { name: "盘点概况", rows: overview(view) },
    { name: "明细", rows: lineRows(context, id) },
  ];
}

/** Line by line in pages: however long the result is, it blocks neither this thread nor the database. */
async function* lineRows(context: Context, id: string): AsyncGenerator<Cell[]> {
  yield columns.map(([zh]) => zh);
  for (let after = 0; ; ) {
    const lines = await readLines(context, id, { after, limit: linesAtOnce });
    for (const line of lines) yield columns.map(([, of]) => of(line));
    if (lines.length < linesAtOnce) return;
    after = lines.at(-1)?.no ?? after;
  }
}

function overview(view: StocktakeView): Cell[][] {
  const summary = (view.summary ?? {}) as { readers?: string[]; calibrations?: Record<string, number> } & Record<
    string,
    unknown
  >;
  const calibrations = Object.entries(summary.calibrations ?? {});
  return [
    ["盘点编号", view.id],
    ["库房", view.roomId],
    ["状态", view.state],
    ["开始", new Date(view.startedAtMs).toISOString()],
    ["结束", view.endedAtMs === null ? "" : new Date(view.endedAtMs).toISOString()],
    ["应读层数", view.layersTotal],
    ["已覆盖层数", view.layersCovered],
    ["报告缺失的盒仍在库的概率不超过", asPercent(view.settings.presentMax)],
    ["读写器", (summary.readers ?? []).join("、")],
    ["读取轮次", view.roundsRead],
    [
      "天线特性版本",
      calibrations
        .map(([areaKey, version]) => (version === 0 ? `${areaKey} 出厂默认` : `${areaKey} 第${version}版`))
        .join("、"),
    ],
    ["不健康天线", view.antennasUnhealthy],
    ["读不到的标签", Number(summary.unreadable ?? 0)],
    [certaintyTable.suspected.zh, Number(summary.suspected ?? 0)],
    ...stocktakeClasses.map((of): Cell[] => [stocktakeClassTable[of].zh, Number(summary[of] ?? 0)]),
  ];
}

function alternativeWords({ layerId, code, probability }: StocktakeLine["alternatives"][number]): string {
  return `${layerId === null ? "不在本区" : (code ?? layerId)} ${asPercent(probability)}`;
}

function evidenceWords(one: StocktakeLine["evidence"][number]): string {
  const dbm = one.meanDbm === null ? "" : `，平均 ${one.meanDbm.toFixed(1)} dBm`;
  const where = one.code ?? one.layerId ?? "";
  return `${where}（${one.readerId} 天线 ${one.antenna}）应答 ${one.roundsAnswered}/${one.roundsHealthy} 轮${dbm}`;
}
