/** Recorded reads, antenna calibrations, hand search. Each code has an HTTP status and a sentence in both languages. */
export const readsErrors = {
  // Lines of a recorded file
  "reads-unreadable": { status: 400, zh: "无法读取文件 {file}。", en: "The file {file} cannot be read." },
  "reads-not-json": { status: 400, zh: "不是一个 JSON 对象。", en: "Not one JSON object." },
  "reads-line-too-long": {
    status: 400,
    zh: "一行超过 {limitChars} 个字符。",
    en: "The line has more than {limitChars} characters.",
  },
  "reads-kind-unknown": {
    status: 400,
    zh: "既不是天线轮次、读数、档案盒，也不是天线模型。",
    en: "Neither rounds of an antenna, nor a read, a box or a calibration.",
  },
  "reads-field-wrong": {
    status: 400,
    zh: "字段 {field} 有误：{value}。",
    en: "The field {field} is not valid: {value}.",
  },
  "reads-antenna-unknown": {
    status: 400,
    zh: "场地文件里没有读写器 {reader} 的 {antenna} 号天线。",
    en: "The site file has no antenna {antenna} of reader {reader}.",
  },
  "reads-place-unknown": {
    status: 400,
    zh: "场地文件里没有这个位置：{place}。",
    en: "The site file has no place {place}.",
  },
  // Antenna calibrations
  "calibration-no-stocktakes": {
    status: 409,
    zh: "{areaKey} 区还没有可用的盘点：需要一次已完成、至少确认 {limit} 盒在位的盘点。",
    en: "Area {areaKey} has no stocktake to learn from: one must be finished and have found {limit} boxes in place for certain.",
  },
  "calibration-stocktake-unfit": {
    status: 409,
    zh: "盘点 {id} 不能用于标定 {areaKey} 区：需已完成并至少确认 {limit} 盒在位。",
    en: "Stocktake {id} cannot calibrate area {areaKey}: it must be finished and have found {limit} boxes in place for certain.",
  },
  // Hand search
  "locate-open": {
    status: 409,
    zh: "本库房正在寻找档案盒 {barcode}：请先结束。",
    en: "Box {barcode} is being looked for in this room: end that first.",
  },
  "locate-no-tag": {
    status: 409,
    zh: "档案盒 {barcode} 没有绑定标签，读写器听不到它。",
    en: "Box {barcode} carries no tag: no reader can hear it.",
  },
  "locate-no-room": {
    status: 409,
    zh: "档案盒 {barcode} 没有任何位置记录，不知道在哪个库房寻找。",
    en: "Box {barcode} has no place on record: nobody knows in which room to listen.",
  },
} as const;
