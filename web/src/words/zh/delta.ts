import { findingClassTable } from "../../../../src/contract/kinds/findings.ts";
import { wordsOf } from "../../../../src/contract/kinds/said.ts";

export const delta = {
  of: "动态盘点 · {{area}} {{n}} 号通道",
  at: "{{n}} 号通道的动态盘点",
  state: {
    due: "{{n}} 号通道用过，等待重读两个面。",
    running: "正在重读 {{n}} 号通道的两个面，读完即报告。",
    counted: "{{n}} 号通道上次使用后，有 {{count}} 处与账目不符。",
    notCovered: "{{n}} 号通道未全部覆盖（{{covered}} / {{all}} 层），未覆盖的层不作判断。",
    interrupted: "{{n}} 号通道未读完就被打开或取消，再次使用后重读。",
  },
  class: wordsOf(findingClassTable, "zh"),
  beware: "{{n}} 号通道有 {{count}} 处发现还没有人处理。",
  unnamed: "未绑定的标签 {{epc}}",
  locate: "去寻找",
  acknowledge: "知道了",
  result: "查看结果",
  progress: "查看进度",
};
