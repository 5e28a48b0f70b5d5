/** Classes of a stocktake's lines, the actions they propose, and the decisions of people. */
import { kindsOf, type Said } from "./said.ts";

interface LineClass extends Said {
  /** How the console colours its count. */
  look: "bad" | "warn" | "plain" | "ok";
}

/** Classes that need a person come first; boxes that were found need nobody. */
export const stocktakeClassTable = {
  missing: { zh: "缺失", en: "Missing", look: "bad" },
  misplaced: { zh: "错架", en: "Misplaced", look: "warn" },
  unexpected: { zh: "盘盈", en: "Unexpected", look: "warn" },
  notCovered: { zh: "未覆盖", en: "Not covered", look: "warn" },
  onLoan: { zh: "借出", en: "On loan", look: "plain" },
  found: { zh: "在位", en: "Found", look: "ok" },
} as const satisfies Record<string, LineClass>;
export type StocktakeClass = keyof typeof stocktakeClassTable;
export const stocktakeClasses = kindsOf(stocktakeClassTable);

export const certaintyTable = {
  confirmed: { zh: "已证实", en: "confirmed" },
  suspected: { zh: "疑似", en: "suspected" },
} as const satisfies Record<string, Said>;
export type Certainty = keyof typeof certaintyTable;
export const certainties = kindsOf(certaintyTable);

/** Actions that a person may take about a line: radio proposes, a person decides (I10). */
export const proposalTable = {
  putBack: { zh: "放回原位", en: "Put back" },
  correctHome: { zh: "更正架位", en: "Correct its place" },
  search: { zh: "查找", en: "Search" },
  bindTag: { zh: "绑定标签", en: "Bind a tag" },
  return: { zh: "办理归还", en: "Return" },
  replaceTag: { zh: "更换标签", en: "Replace tag" },
} as const satisfies Record<string, Said>;
export type StocktakeProposal = keyof typeof proposalTable;
export const stocktakeProposals = kindsOf(proposalTable);

/** A person's decision about a line; the line itself stays as it was judged. */
export const decisionTable = {
  done: { zh: "已处理", en: "done" },
  dismissed: { zh: "不处理", en: "dismissed" },
} as const satisfies Record<string, Said>;
export type LineDecision = keyof typeof decisionTable;
export const lineDecisions = kindsOf(decisionTable);
