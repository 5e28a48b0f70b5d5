/** What the site check tells of a sound file, of what its devices or their lines cannot prove. */
import type { Path } from "./fault-list.ts";
import { faultList } from "./fault-list.ts";
import { noteOfDeath } from "./notes-of-deaths.ts";
import type { ParsedSite, SiteFault } from "./parse-site.ts";

/** S15: only a question carried back tells a late state from a wrong clock. */
const noEcho = {
  en: "a firmware that carries no questions back (heardAsk in archive/v1) cannot prove how old its states are: messages that are late ever since it started pass for new. Devices says so of such a one (device-cannot-echo)",
  zh: "不回应询问（archive/v1 的 heardAsk）的固件无法证明其状态的新旧：若消息从开机起就一直延迟，网关会当作新状态。“设备”页会指出这样的固件（device-cannot-echo）",
};

/** Its questions are too short to be told apart by their length (src/devices/drivers/poll-mark.ts). */
const noMark = {
  en: "RTU through a serial server numbers no answers, and fatek-njust has too few registers to tell them apart: one that is late by some polls passes for new. Let the server speak Modbus TCP (framing: tcp), or use a serial port",
  zh: "经串口服务器透传的 RTU 应答没有编号，而 fatek-njust 的寄存器太少，无法区分：延迟若干次轮询的应答会被当作新的。请让串口服务器使用 Modbus TCP（framing: tcp），或改用串口",
};

export function siteNotes(parsed: ParsedSite): SiteFault[] {
  const list = faultList(parsed);
  const { site } = parsed;
  const onTcp = new Set(site?.buses.filter(({ link }) => link.kind === "tcp").map(({ id }) => id));
  const unmarked = new Set(
    site?.devices
      .filter(({ profile, framing, bus }) => profile === "fatek-njust" && framing === "rtu" && onTcp.has(bus))
      .map(({ id }) => id),
  );
  const profileOf = new Map(site?.devices.map(({ id, profile }) => [id, profile]));
  const pushes = new Set(site?.devices.filter(({ profile }) => profile === "archive-mqtt").map(({ id }) => id));
  site?.rooms.forEach((room, r) => {
    room.areas.forEach(({ controller }, a) => {
      const path: Path = ["rooms", r, "areas", a, "controller"];
      const death = noteOfDeath(profileOf.get(controller) ?? "");
      if (death) list.warn(path, death.en, death.zh, "S14");
      if (pushes.has(controller)) list.warn(path, noEcho.en, noEcho.zh, "S15");
      if (unmarked.has(controller)) list.warn(path, noMark.en, noMark.zh, "S15");
    });
  });
  return list.all;
}
