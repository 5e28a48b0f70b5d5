/**
 * Puts every bus of the site on a real wire: serial ones on ptys, TCP ones on sockets, MQTT devices each on their own connection.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../src/clock/clock.ts";
import type { LinkSpec } from "../../src/site/schema.ts";
import type { Twin } from "../twin.ts";
import type { TwinBus } from "../twin-bus.ts";
import { type MqttLogin, plugMqtt } from "./mqtt.ts";
import { hasSocat, openPty, type PtyWire } from "./pty.ts";
import { listenTcp } from "./tcp.ts";

export interface WireOptions {
  clock: Clock;
  /** Folder for the ptys' links. */
  runtimeDir: string;
  /** "site": the ports that the site file names; "free": any, given in the links. */
  tcpPorts: "site" | "free";
  /** Serial buses become TCP serial servers instead of ptys; also done where socat is missing. */
  isWithoutSerial?: boolean;
  /** null: MQTT devices stay offline. */
  mqttLogin: (deviceId: string) => MqttLogin | null;
  report: (text: string) => void;
}

export interface OpenWires {
  /** Where each bus is found: overrides the site file in the gateway. */
  links: Record<string, LinkSpec>;
  close(): Promise<void>;
}

export async function openWires(twin: Twin, options: WireOptions): Promise<OpenWires> {
  const links: Record<string, LinkSpec> = {};
  const closers: (() => Promise<void> | void)[] = [];
  const hasPtys = !options.isWithoutSerial && (await hasSocat());
  mkdirSync(options.runtimeDir, { recursive: true });
  for (const [id, bus] of twin.buses) {
    const { link } = bus.spec;
    if (link.kind === "mqtt") {
      links[id] = link;
      closers.push(...openMqtt(twin, bus, options));
    } else if (link.kind === "serial" && hasPtys) {
      links[id] = { ...link, port: join(options.runtimeDir, `${id}.pty`) };
      closers.push(await openSerial(twin, id, bus, links[id].port, options.clock));
    } else {
      if (link.kind === "serial")
        options.report(`没有 socat：总线 ${id} 改为 TCP 串口服务器 / no socat: bus ${id} runs as a TCP serial server`);
      const wanted = link.kind === "tcp" && options.tcpPorts === "site" ? link.port : 0;
      const plug = await listenTcp(wanted, (wire) => twin.attach(id, wire));
      links[id] = { kind: "tcp", host: "127.0.0.1", port: plug.port };
      bus.plug = plug;
      closers.push(() => plug.unplug());
    }
  }
  return {
    links,
    async close() {
      for (const close of closers) await close();
    },
  };
}

async function openSerial(twin: Twin, id: string, bus: TwinBus, path: string, clock: Clock): Promise<() => void> {
  let pty: PtyWire | null = null;
  let detach: () => void = () => {};

  async function replug(): Promise<void> {
    if (pty) return;
    const opened = await openPty(path, clock);
    pty = opened;
    detach = twin.attach(id, opened, opened.hostBaud);
    opened.onClosed(() => {
      if (pty === opened) unplug();
      bus.isPlugged = false;
    });
  }
  function unplug(): void {
    const closing = pty;
    pty = null;
    detach();
    closing?.close();
  }
  bus.plug = { unplug, replug };
  await replug();
  return unplug;
}

function openMqtt(twin: Twin, bus: TwinBus, options: WireOptions): (() => Promise<void>)[] {
  return bus.devices.flatMap(({ id }) => {
    const device = twin.mqttDevice(id);
    const login = options.mqttLogin(id);
    if (!device || !login) return [];
    const plug = plugMqtt(device, login, options.report);
    twin.mqttPlugs.set(id, plug);
    return [() => plug.close()];
  });
}
