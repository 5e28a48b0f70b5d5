export const loans = {
  title: "借阅：谁持有什么",
  holder: "持有人",
  reason: "借阅原因",
  taken: "借出",
  due: "应还",
  returned: "归还",
  overdue: "逾期",
  noDue: "未定",
  onlyOpen: "未归还",
  all: "全部",
  none: "所有档案盒都在库。",
  search: "按条码或持有人筛选",
};
