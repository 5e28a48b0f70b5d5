/** Plausible names for the demo, composed of common parts; they belong to nobody in particular. */
import type { Chance } from "../../src/clock/chance.ts";

const surnames = [
  ..."王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严欧莫孔向常",
  "欧阳",
  "司马",
  "诸葛",
  "上官",
];
const givens = [
  ..."伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲芬燕彬斌健辉俊浩宇轩涵怡佳琪欣颖雪梅琳峰波鹏飞宁凯亮建国庆春秋冬云海山林森鑫淼晨曦文博雅婷倩洁瑞祥福康永泽恒",
];
const places = ["江宁", "浦口", "栖霞", "雨花", "六合", "溧水", "高淳", "建邺", "鼓楼", "秦淮", "玄武", "东山"];
const fancy = [
  ...["恒通", "瑞丰", "华泰", "金源", "天成", "永盛", "宏达", "鼎新", "信诚", "东方", "远大", "嘉禾", "中联", "博雅"],
  ...["长江", "紫金", "万隆", "新城", "百川", "德润", "凯旋", "盛世", "广源", "安泰", "荣昌", "兴业", "同心", "和美"],
];
const trades = [
  ...["机械制造", "电子科技", "纺织", "食品", "建材", "物流", "商贸", "餐饮管理", "汽车配件", "塑料制品", "包装印刷"],
  ...["新能源", "医药", "环保科技", "房地产开发", "酒店管理", "装饰工程", "农业发展", "精密模具", "冷链仓储"],
];
const forms = ["有限公司", "有限责任公司", "股份有限公司", "有限公司分公司"];
const institutions = [
  ...[
    "中心小学",
    "第一中学",
    "社区卫生服务中心",
    "村民委员会",
    "水厂",
    "泵站",
    "幼儿园",
    "农贸市场",
    "敬老院",
    "图书馆",
  ],
];

export function personName(chance: Chance): string {
  const given = chance.pick(givens);
  return chance.pick(surnames) + (chance.next() < 0.7 ? given + chance.pick(givens) : given);
}

export function organisationName(chance: Chance): string {
  if (chance.next() < 0.12) return `南京市${chance.pick(places)}区${chance.pick(institutions)}`;
  return `南京${chance.next() < 0.4 ? chance.pick(places) : ""}${chance.pick(fancy)}${chance.pick(trades)}${chance.pick(forms)}`;
}
