/** Rules for people between the shelves. */
import type { SafetyRule } from "./safety-rule.ts";

export const peopleRules = {
  S9: {
    name: { zh: "有人进入即为占用", en: "occupied from the first entry" },
    demand: {
      zh: "从第一个人进入起，通道就是占用的，直到计数为零并且有人在面板上复位。传感器故障、进出数目不符、断电、不知道，都按有人处理。",
      en: "An aisle is occupied from the first entry until it is counted empty and reset by hand. A sensor fault, a count that does not come out even, a power cut and not knowing all mean occupied.",
    },
    wire: {
      carries: { zh: "通道内人数、进入计数、传感器故障", en: "people in the aisle, entries counted, a sensor fault" },
      without: {
        by: "gateway",
        zh: "网关按接在输入设备上的人员检测输入判断（safetyInputs）：感应到人、没有读数或读数过期都按有人处理，不移动，正在移动的停止。没有声明它的场地文件不予接受",
        en: "the gateway goes by occupancy inputs on an input device (safetyInputs): somebody, silence and an old reading are all somebody, so nothing moves, and what moves stops. A site file that names none is refused",
      },
    },
    keptBy: [
      "src/shelving/occupancy.ts",
      "src/shelving/people-guards.ts",
      "src/shelving/seen-by-inputs.ts",
      "src/contract/shelf.ts",
      "src/site/check-area.ts",
      "src/site/check-occupancy.ts",
      "simulators/shelf/advance.ts",
      "simulators/shelf/blocked-by.ts",
    ],
    tests: [
      ["src/shelving/rules-start.test.ts", "S9, S10, S13 nobody inside"],
      ["src/site/check-site.test.ts", "each fault is named with its line"],
      ["src/shelving/rules-seen.test.ts", "what moves stops in that very moment"],
      ["tests/flows/occupancy-inputs.test.ts", "it stays where it is"],
      ["simulators/shelf/rig.test.ts", "is occupied from the first entry until counted empty and reset"],
      ["simulators/shelf/rig.test.ts", "counts a mismatch and a power loss as occupied"],
    ],
    source: {
      zh: "ISO 13849-1 的手动复位：人可以整个进入的区域，停止状态保持到安全条件具备，并由有意的手动操作确认。",
      en: "ISO 13849-1, manual reset: where a whole body may be inside, the stop is kept until it is safe to go on, and a deliberate act by hand confirms it.",
    },
  },
  S10: {
    name: { zh: "占用或故障的通道两侧不动", en: "nothing moves beside an occupied aisle" },
    demand: {
      zh: "占用、未知或有故障的通道，两侧的列都不启动，即使要打开的是另一个通道。控制器的状态自相矛盾时，什么都不允许。",
      en: "No column that bounds an occupied, unknown or faulted aisle starts, also when another aisle is the aim. A controller whose states contradict themselves permits nothing.",
    },
    wire: {
      carries: { zh: "通道内人数、每列的故障", en: "people in the aisle, a fault of each column" },
      without: {
        by: "gateway",
        zh: "人数未知即为占用，不移动；列的故障看不见，状态只按它提供的内容判断",
        en: "a count that is not told is occupied, and nothing moves; a column's fault is not seen, and states are judged by what they do tell",
      },
    },
    keptBy: ["src/shelving/guards.ts", "src/site/check-area.ts", "simulators/shelf/blocked-by.ts"],
    tests: [
      ["src/shelving/rules-start.test.ts", "S9, S10, S13 nobody inside"],
      ["simulators/shelf/rig.test.ts", "is occupied from the first entry until counted empty and reset"],
    ],
    source: {
      zh: "事故教训：加拿大就业与社会发展部关于移动货架的危险通报（有人被合拢的两列压死，原因之一是通道有人时移动）；艾伯塔档案协会通讯 1997 年 6 月号（有人肋骨被压伤）。",
      en: "Accidents: Employment and Social Development Canada, hazard alert on mobile shelving units (a man crushed between two closing rows; moving while an aisle is occupied is named first); Archives Society of Alberta, newsletter of June 1997 (crushed ribs).",
    },
  },
  S12: {
    name: { zh: "移动前声光警示", en: "a warning before motion" },
    demand: {
      zh: "移动之前先有 2 至 3 秒的灯光和声音，然后把所有输入再看一遍，都没有问题才移动。",
      en: "Light and sound for 2 to 3 s, then a last look at all inputs, and only then motion.",
    },
    wire: {
      carries: { zh: "控制器自己的警示", en: "a warning of the controller's own" },
      without: {
        by: "gateway",
        zh: "所有控制台显示并发声 2.5 秒，再看一遍输入，然后才发送命令；架前没有声响，应另装警铃",
        en: "every console shows and sounds it for 2.5 s, looks once more and only then sends; at the shelf nothing sounds, so a horn there is better",
      },
    },
    keptBy: [
      "src/shelving/turn.ts",
      "src/shelving/advance-area.ts",
      "src/contract/aisles.ts",
      "web/src/live/motion-warnings.ts",
      "web/src/parts/motion-warning.tsx",
      "simulators/shelf/advance.ts",
    ],
    tests: [
      ["src/shelving/rules-start.test.ts", "S12 a controller that does not warn"],
      ["src/shelving/rules-picture.test.ts", "S12 the last look"],
      ["simulators/shelf/rig.test.ts", "looks a last time after the warning"],
    ],
    source: {
      zh: "欧盟机械条例 (EU) 2023/1230 附件三 1.2.2 和法国劳动法典对工作设备的规定：操作者看不到危险区时，启动前必须有声或光的警示，并留出离开的时间。2 至 3 秒是本项目自定的。",
      en: "Regulation (EU) 2023/1230, Annex III, 1.2.2, and the French labour code on work equipment: where the operator does not see the danger zone, sound or light goes before each start and leaves time to get out. The 2 to 3 s are our own.",
    },
  },
  S13: {
    name: { zh: "现场确认之后才移动", en: "confirmed at the shelf" },
    demand: {
      zh: "远程启动需要一次现场确认（面板上确认、复位，或人数清点离开），而且晚于最后一次进入。拒绝时说明哪一步能解除。",
      en: "A start from afar needs a confirmation at the shelf (confirm, reset, or people counted out) that is newer than the last entry. A refusal says which step clears it.",
    },
    wire: {
      carries: { zh: "进入计数，以及最后确认时的计数", en: "entries counted, and the count at the last confirmation" },
      without: {
        by: "gateway",
        zh: "网关自己计进入；由通道旁的按钮确认（confirmInputs），且只在传感器于上次移动之后感应到过人时有效，一次确认只对一次移动有效；没有读数、断线和重启都使确认失效",
        en: "the gateway counts entries itself; a button beside the aisles confirms (confirmInputs), only after a sensor has seen somebody since the last motion, and for one motion; silence, a lost link or a restart takes that away",
      },
    },
    keptBy: [
      "src/shelving/people-guards.ts",
      "src/shelving/occupancy.ts",
      "src/shelving/on-people.ts",
      "src/site/check-area.ts",
      "src/site/check-occupancy.ts",
      "simulators/shelf/panel-keys.ts",
    ],
    tests: [
      ["src/shelving/rules-start.test.ts", "S9, S10, S13 nobody inside"],
      ["src/shelving/rules-seen.test.ts", "one confirmation is good for one motion"],
      ["simulators/shelf/rig.test.ts", "waits for the morning's round when it was not done"],
    ],
    source: {
      zh: "ISO 13849-1 的手动复位：复位装置在危险区之外，且能看清危险区内没有人。",
      en: "ISO 13849-1, manual reset: its actuator is outside the danger zone, where one can see that nobody is inside.",
    },
  },
  S19: {
    name: { zh: "先亮灯后进入", en: "light before entry" },
    demand: {
      zh: "通道的照明在可以进入之前亮起，合拢之后才熄灭。由架体自身的控制器完成，网关不参与。",
      en: "An aisle's light is on before it can be entered and goes off only after it has closed. The shelving's own controller does this; the gateway has no part in it.",
    },
    wire: null,
    keptBy: ["simulators/shelf/state.ts"],
    tests: [
      [
        "simulators/shelf/rig.test.ts",
        "opens an aisle after the warning, is done when the carriages stand, and lights the aisle",
      ],
    ],
    source: {
      zh: "自定规则：黑暗的通道里看不见人，人也看不见列在移动；灯灭不应发生在有人的时候。",
      en: "Our own rule, because in a dark aisle nobody is seen and nobody sees a column move, and a light must not go out over somebody inside.",
    },
  },
  S22: {
    name: { zh: "各人挂各人的锁", en: "a lock for each person" },
    demand: {
      zh: "到架体之间工作的每个人挂自己的锁；只要还有一把，就不能移动，重启之后也一样。各人只取下自己的；代取是另一个动作，要写原因，日志留名。锁不能代替断开驱动电源。",
      en: "Whoever works between the shelves puts on a lock of their own; while one is on nothing moves, through restarts too. Each takes off their own; taking off another's is an act of its own, with a reason, noted as that. A lock does not replace cutting the drives' power.",
    },
    wire: {
      carries: { zh: "禁止移动和解除，以及是否已禁止", en: "inhibit and release, and whether it is inhibited" },
      without: {
        by: "gateway",
        zh: "网关拒绝一切请求；面板上的移动被停止并告知，但不能事先阻止",
        en: "the gateway refuses every request; what the panel moves is stopped and told, not prevented",
      },
    },
    keptBy: [
      "src/shelving/on-lock.ts",
      "src/shelving/guards.ts",
      "src/aisles/area-locks.ts",
      "src/aisles/hold-locks.ts",
      "src/aisles/lock-row.ts",
      "src/storage/schema/aisles.ts",
    ],
    tests: [
      ["src/shelving/rules-lock.test.ts", "S22 a lock a person"],
      ["src/shelving/rules-lock.test.ts", "S22 the controller is told"],
      ["tests/flows/lock-out.test.ts", "two people lock"],
    ],
    source: {
      zh: "美国 29 CFR 1910.147（能量控制，上锁挂牌）；GB/T 33579-2017 机械安全 危险能量控制方法 上锁/挂牌。",
      en: "29 CFR 1910.147 (control of hazardous energy, lockout/tagout); GB/T 33579-2017 (the same in China).",
    },
  },
} satisfies Record<string, SafetyRule>;
