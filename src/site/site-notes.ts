/** What the site check tells of a sound file, because no file can say it: it depends on what the devices run. */
import type { Path } from "./fault-list.ts";
import { faultList } from "./fault-list.ts";
import type { ParsedSite, SiteFault } from "./parse-site.ts";

/** S15: only a question carried back tells a late state from a wrong clock. */
const noEcho = {
  en: "a firmware that carries no questions back (heardAsk in archive/v1) cannot prove how old its states are: messages that are late ever since it started pass for new. Devices says so of such a one (device-cannot-echo)",
  zh: "不回应询问（archive/v1 的 heardAsk）的固件无法证明其状态的新旧：若消息从开机起就一直延迟，网关会当作新状态。“设备”页会指出这样的固件（device-cannot-echo）",
};

export function siteNotes(parsed: ParsedSite): SiteFault[] {
  const list = faultList(parsed);
  const { site } = parsed;
  const pushes = new Set(site?.devices.filter(({ profile }) => profile === "archive-mqtt").map(({ id }) => id));
  site?.rooms.forEach((room, r) => {
    room.areas.forEach(({ controller }, a) => {
      const path: Path = ["rooms", r, "areas", a, "controller"];
      if (pushes.has(controller)) list.warn(path, noEcho.en, noEcho.zh, "S15");
    });
  });
  return list.all;
}
