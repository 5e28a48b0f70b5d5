export const delta = {
  of: "动态盘点 · {{area}} {{n}} 号通道",
  recount: {
    due: "{{n}} 号通道用过，等待重读。",
    running: "正在重读 {{n}} 号通道的两个面。",
    counted: "{{n}} 号通道上次使用后与账目不符：",
    notCovered: "{{n}} 号通道未全部覆盖（{{covered}} / {{all}} 层），未覆盖的层不作判断。",
    interrupted: "{{n}} 号通道未读完就被打开或取消，再次使用后重读。",
  },
  unnamed: "未绑定的标签 {{epc}}",
  acknowledge: "知道了",
  result: "查看结果",
};
