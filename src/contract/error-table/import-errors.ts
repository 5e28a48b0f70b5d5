/** Site file and import: faults of files and rows. Each code has an HTTP status and a sentence in both languages. */
export const importErrors = {
  // Site
  "site-loses-box": {
    status: 409,
    zh: "新的场地文件去掉或收窄了架位 {slot}，而档案盒 {barcode} 仍在其中：请先移走。",
    en: "The new site file removes or narrows slot {slot}, where box {barcode} still stands: move it first.",
  },
  // Import: faults of files and rows
  "import-unreadable": {
    status: 400,
    zh: "无法读取文件：请使用 xlsx 或 CSV（UTF-8、GB18030、带标记的 UTF-16）模板。",
    en: "The file cannot be read: use the xlsx or CSV (UTF-8, GB18030, UTF-16 with its mark) template.",
  },
  "import-old-workbook": {
    status: 400,
    zh: "这是旧格式的 Office 文件（如 .xls），改了扩展名也一样：请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。",
    en: "This is a file of the old Office form (such as .xls), whatever its name ends with: open it in Excel or WPS, save it as .xlsx, and upload that.",
  },
  "import-encrypted": {
    status: 400,
    zh: "文件设有打开密码，无法读取：请在 Excel 或 WPS 中去掉密码，另存后再上传。",
    en: "The file is protected by a password and cannot be read: take the password off in Excel or WPS, save it, and upload it again.",
  },
  "import-no-mark": {
    status: 400,
    zh: "文件像是不带标记（BOM）的 UTF-16 文本：请在 Excel 或 WPS 中另存为 .xlsx 或“CSV UTF-8”后再上传。",
    en: "The file looks like UTF-16 text without its mark (BOM): save it as .xlsx or as “CSV UTF-8” in Excel or WPS, and upload that.",
  },
  "import-no-header": {
    status: 400,
    zh: "第一行没有可识别的表头：请使用模板。",
    en: "The first row has no known column: use the template.",
  },
  "import-file-too-large": {
    status: 413,
    zh: "文件超过 {mbMax} MB：请另存为 xlsx（通常更小），或拆分后分批导入。",
    en: "The file has more than {mbMax} MB: save it as xlsx, which is mostly smaller, or import it in parts.",
  },
  "import-too-long": {
    status: 413,
    zh: "文件超过 {rowsMax} 行，请分批导入。",
    en: "The file has more than {rowsMax} rows; import it in parts.",
  },
  "import-too-large-inside": {
    status: 413,
    zh: "文件解压后过大：其中的 {part} 超过 {mbMax} MB。请删去多余内容，或分批导入。",
    en: "The file is too large once unpacked: its part {part} has more than {mbMax} MB. Take out what is not needed, or import it in parts.",
  },
  "import-too-many-texts": {
    status: 413,
    zh: "工作簿的文字（sharedStrings）超过 {charsMax} 个字符，请分批导入。",
    en: "The workbook's texts (sharedStrings) have more than {charsMax} characters; import it in parts.",
  },
  "import-too-many-cells": {
    status: 413,
    zh: "文件超过 {cellsMax} 个单元格，请分批导入。",
    en: "The file has more than {cellsMax} cells; import it in parts.",
  },
  "import-too-wide": {
    status: 413,
    zh: "第 {row} 行超过 {columnsMax} 列。",
    en: "Row {row} has more than {columnsMax} columns.",
  },
  "import-not-possible": {
    status: 409,
    zh: "导入任务当前状态不允许此操作。",
    en: "The import's state does not allow this.",
  },
  "imports-full": {
    status: 503,
    zh: "已有 {openMax} 个文件在等待检查或导入：请等其中一个完成，或取消一个。",
    en: "{openMax} files wait to be checked or imported already: let one end, or cancel one.",
  },
  "import-file-gone": {
    status: 410,
    zh: "这次导入的文件已不再保留：只保留最近 {importsKept} 次。",
    en: "The file of this import is kept no more: only those of the last {importsKept} are.",
  },
  "imports-full-own": {
    status: 429,
    zh: "您已有 {ownMax} 个文件在上传、等待或处理：请等其中一个完成，或取消一个。",
    en: "You have {ownMax} files being uploaded, waiting or under way: let one end, or cancel one.",
  },
  "imports-folder-full": {
    status: 507,
    zh: "导入的文件合计超过 {mbMax} MB，暂不接受新的：请完成或取消已检查的导入后再试。",
    en: "The files of imports have more than {mbMax} MB together: run or cancel those that are checked, then try again.",
  },
  "import-gave-up": {
    status: 500,
    zh: "程序在处理此文件时 {deathsMax} 次意外结束，不再自动继续：请拆分文件后重新上传，并把日志交给维护人员。",
    en: "The program died {deathsMax} times while it worked on this file, which is not taken up again by itself: split the file and upload it anew, and give the log to whoever maintains it.",
  },
  "row-text-unusable": {
    status: 400,
    zh: "“{column}”含有数据库不能保存的字符（空字符或不完整的字符）：{value}。",
    en: "“{column}” has a character that no database can store (a null character, or half of one): {value}.",
  },
  "row-conflict": {
    status: 409,
    zh: "写入此行时与他人同时的操作冲突，多次重试未成功：请稍后重新导入此行。",
    en: "This row met what somebody else wrote at the same moment, and several tries did not help: import it again.",
  },
  "row-refused": {
    status: 400,
    zh: "数据库不接受此行（{state}）。",
    en: "The database does not take this row ({state}).",
  },
  "row-value-missing": { status: 400, zh: "缺少“{column}”。", en: "“{column}” is missing." },
  "row-value-invalid": {
    status: 400,
    zh: "“{column}”的值无效：{value}。",
    en: "“{column}” has a value that is not valid: {value}.",
  },
  "row-check-digit": {
    status: 400,
    zh: "统一社会信用代码 {value} 的校验位不符。",
    en: "The check digit of legal entity code {value} is wrong.",
  },
  "row-twice": {
    status: 400,
    zh: "“{column}” {value} 与第 {row} 行重复。",
    en: "“{column}” {value} stands in row {row} already.",
  },
  "row-box-differs": {
    status: 400,
    zh: "盒 {barcode} 的信息与第 {row} 行不一致。",
    en: "Box {barcode} differs from what row {row} says of it.",
  },
  "row-empty": { status: 400, zh: "空行。", en: "The row is empty." },
  "row-place-differs": {
    status: 409,
    zh: "盒 {barcode} 现在 {locationCode}：导入不改变已有盒的位置，请用上架或移位。",
    en: "Box {barcode} stands in {locationCode}: an import does not move a box that exists; put it away or relocate it.",
  },
  "row-tag-differs": {
    status: 409,
    zh: "盒 {barcode} 已绑定另一标签 {epc}：请用“绑定标签”更换。",
    en: "Box {barcode} carries another tag, {epc}: change it with “bind tag”.",
  },
} as const;
