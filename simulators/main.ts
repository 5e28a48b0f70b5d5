/** `guiwei twin`: the twin as a process of its own. It gets a site file, a seed and a delivery; see README.md for the options. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../src/clock/clock.ts";
import { layoutOf } from "../src/site/layout.ts";
import { parseSite } from "../src/site/parse-site.ts";
import { serveControl } from "./control/http.ts";
import { demoDelivery, standing } from "./days/demo-delivery.ts";
import { readDelivery } from "./delivery.ts";
import { recallBoxes, recallElsewhere, rememberBoxes } from "./room/remember.ts";
import { createTwin } from "./twin.ts";
import type { MqttLogin } from "./wires/mqtt.ts";
import { openWires } from "./wires/open-wires.ts";

export interface RunningTwin {
  controlUrl: string;
  linksPath: string;
  /** Boxes in the room. */
  boxes: number;
  seed: string;
  close(): Promise<void>;
}

type Credentials = Record<string, { username?: string; password?: string; clientId?: string }>;

const options = {
  site: { type: "string", default: "sites/demo.yaml" },
  seed: { type: "string", default: "demo" },
  /** File of boxes; without it the demo's delivery for the seed. */
  delivery: { type: "string" },
  runtime: { type: "string" },
  /** Default: links.json in the runtime folder. */
  links: { type: "string" },
  /** File that keeps what stands where across restarts of this process; it takes precedence over the delivery. */
  remember: { type: "string" },
  "control-port": { type: "string", default: "14000" },
  "tcp-ports": { type: "string", default: "free" },
  "no-serial": { type: "boolean", default: false },
  "mqtt-url": { type: "string" },
  /** JSON: { deviceId: { username, password, clientId? } }. */
  "mqtt-credentials": { type: "string" },
  "mqtt-ca": { type: "string" },
  "warn-ms": { type: "string" },
  /** The morning's opening round was not done. */
  unconfirmed: { type: "boolean", default: false },
} as const;

export async function runTwin(argv: readonly string[]): Promise<RunningTwin> {
  const { values } = parseArgs({ args: [...argv], options, allowPositionals: false });
  const parsed = parseSite(readFileSync(values.site, "utf8"));
  if (!parsed.site) {
    const faults = parsed.faults.map((fault) => `${values.site}:${fault.line} ${fault.path} ${fault.reason}`);
    throw new Error(`站点文件有误 / the site file is not valid:\n${faults.join("\n")}`);
  }
  const layout = layoutOf(parsed.site);
  const recalled = values.remember ? recallBoxes(values.remember) : null;
  const delivered = () =>
    values.delivery ? readDelivery(readFileSync(values.delivery, "utf8")) : standing(demoDelivery(layout, values.seed));
  const boxes = recalled?.standing ?? delivered();
  const clock = systemClock();
  const twin = createTwin({
    layout,
    standing: boxes,
    clock,
    seed: values.seed,
    confirmedAtStart: !values.unconfirmed,
    // Each process is another boot, as its controllers must show.
    bootIdBefore: Math.floor(Date.now() / 1000) & 0x7fff,
    ...(values["warn-ms"] ? { rules: { warnMs: Number(values["warn-ms"]) } } : {}),
  });
  if (recalled) recallElsewhere(twin.room.boxes, recalled.elsewhere);
  const memory = values.remember ? rememberBoxes(twin.room.boxes, values.remember, clock) : null;
  const runtimeDir = values.runtime ?? join(tmpdir(), `guiwei-twin-${process.pid}`);
  mkdirSync(runtimeDir, { recursive: true });
  const credentials: Credentials = values["mqtt-credentials"]
    ? (JSON.parse(readFileSync(values["mqtt-credentials"], "utf8")) as Credentials)
    : {};
  const ca = values["mqtt-ca"] ? readFileSync(values["mqtt-ca"], "utf8") : undefined;
  const mqttLogin = (deviceId: string): MqttLogin | null => {
    if (!values["mqtt-url"]) return null;
    return { url: values["mqtt-url"], clientId: deviceId, ...(ca ? { ca } : {}), ...credentials[deviceId] };
  };
  const tcpPorts = values["tcp-ports"] === "site" ? "site" : "free";
  const report = (text: string) => console.error(`twin: ${text}`);
  const wires = await openWires(twin, {
    clock,
    runtimeDir,
    tcpPorts,
    isWithoutSerial: values["no-serial"],
    mqttLogin,
    report,
  });
  const control = await serveControl(twin, Number(values["control-port"]));
  const linksPath = values.links ?? join(runtimeDir, "links.json");
  // Written to a part file and renamed: the gateway may be waiting for the file.
  writeFileSync(`${linksPath}.part`, JSON.stringify(wires.links, null, 2));
  renameSync(`${linksPath}.part`, linksPath);
  const controlUrl = `http://127.0.0.1:${control.port}`;
  return {
    controlUrl,
    linksPath,
    boxes: boxes.length,
    seed: values.seed,
    async close() {
      memory?.stop();
      await control.close();
      await wires.close();
    },
  };
}
