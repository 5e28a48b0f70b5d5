/** Notes about a site file without faults: what its devices or their lines cannot prove. */
import type { Path } from "./fault-list.ts";
import { faultList } from "./fault-list.ts";
import { occupancyInputs } from "./input-channels.ts";
import { noteOfDeath } from "./notes-of-deaths.ts";
import type { ParsedSite, SiteFault } from "./parse-site.ts";

/** S15: only a question that the state carries back tells a late state from a wrong clock. */
const noEcho = {
  en: "a firmware that carries no questions back (heardAsk in archive/v1) cannot prove how old its states are: messages that are late ever since it started pass for new. Devices says so of such a one (device-cannot-echo)",
  zh: "不回应询问（archive/v1 的 heardAsk）的固件无法证明其状态的新旧：若消息从开机起就一直延迟，网关会当作新状态。“设备”页会指出这样的固件（device-cannot-echo）",
};

/** Its questions are too short to be told apart by their length (src/devices/drivers/poll-mark.ts). */
const noMark = {
  en: "RTU through a serial server numbers no answers, and fatek-njust has too few registers to tell them apart: one that is late by some polls passes for new. Let the server speak Modbus TCP (framing: tcp), or use a serial port",
  zh: "经串口服务器透传的 RTU 应答没有编号，而 fatek-njust 的寄存器太少，无法区分：延迟若干次轮询的应答会被当作新的。请让串口服务器使用 Modbus TCP（framing: tcp），或改用串口",
};

/** A contact that stays closed shows nothing of what it misses. */
const noCount = {
  en: "a sensor on a contact sees and does not count, and nobody sees that it has failed until it is passed: a confirmation at the button is therefore good for one motion. Set it so that it holds for at least 1 s after it saw somebody (off delay), or a passage between two readings is missed; it must not see the carriages. It is no safety function: trip edges and beams stay hard-wired",
  zh: "接在触点上的传感器只能感应、不能计数，其失效只有在有人经过时才能发现，因此每次按钮确认只对一次移动有效。请将其断开延时设为至少 1 秒，否则两次读取之间的经过会被漏掉；它不得感应到架体本身。它不是安全功能：安全边条和光幕仍须硬接线",
};

const lateBoard = {
  en: "a board on MQTT cannot prove how old its contacts are: messages that are late ever since it started pass for new. Wire sensors that see people to an input module on Modbus",
  zh: "MQTT 输入板无法证明其触点状态的新旧：若消息从开机起就一直延迟，网关会当作新状态。请将人员检测传感器接到 Modbus 输入模块",
};

const unmarkedModule = {
  en: "RTU through a serial server numbers no answers, and an input module has too little to tell them apart: one that is late by some polls passes for new. Let the server speak Modbus TCP (framing: tcp), or use a serial port",
  zh: "经串口服务器透传的 RTU 应答没有编号，而输入模块内容太少，无法区分：延迟若干次轮询的应答会被当作新的。请让串口服务器使用 Modbus TCP（framing: tcp），或改用串口",
};

export function siteNotes(parsed: ParsedSite): SiteFault[] {
  const list = faultList(parsed);
  const { site } = parsed;
  const onTcp = new Set(site?.buses.filter(({ link }) => link.kind === "tcp").map(({ id }) => id));
  /** Devices with RTU bytes behind a serial server. */
  const bareDevices = site?.devices.filter(({ framing, bus }) => framing === "rtu" && onTcp.has(bus)) ?? [];
  const bare = new Set(bareDevices.map(({ id }) => id));
  const unmarked = new Set(bareDevices.filter(({ protocol }) => protocol === "fatek-njust").map(({ id }) => id));
  const profileOf = new Map(site?.devices.map(({ id, protocol }) => [id, protocol]));
  const pushes = new Set(site?.devices.filter(({ protocol }) => protocol === "archive-mqtt").map(({ id }) => id));
  site?.rooms.forEach((room, r) => {
    room.areas.forEach((area, a) => {
      const { controller } = area;
      const path: Path = ["rooms", r, "areas", a, "controller"];
      const death = noteOfDeath(profileOf.get(controller) ?? "");
      if (death) list.warn(path, death.en, death.zh, "S14");
      if (pushes.has(controller)) list.warn(path, noEcho.en, noEcho.zh, "S15");
      if (unmarked.has(controller)) list.warn(path, noMark.en, noMark.zh, "S15");
      const eyes = new Set(occupancyInputs(area).map(({ device }) => device));
      const at: Path = ["rooms", r, "areas", a, "safetyInputs"];
      if (eyes.size > 0) list.warn(at, noCount.en, noCount.zh, "S9");
      if ([...eyes].some((id) => pushes.has(id))) list.warn(at, lateBoard.en, lateBoard.zh, "S15");
      if ([...eyes].some((id) => bare.has(id))) list.warn(at, unmarkedModule.en, unmarkedModule.zh, "S15");
    });
  });
  return list.all;
}
