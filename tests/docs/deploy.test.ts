/** Files of operation, checked as far as it goes without a Docker engine. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { CORE_SCHEMA, load, mergeTag } from "js-yaml";
import { afterAll, describe, expect, it } from "vitest";
import { readSettings, settingsSchema, stopPortOf } from "../../src/config.ts";
import { mosquittoConfiguration } from "../../src/devices/broker/mosquitto-files.ts";
import { read } from "./documents.ts";

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string>;
  healthcheck?: { test?: string[]; disable?: boolean };
  network_mode?: string;
  ports?: string[];
  profiles?: string[];
  read_only?: boolean;
  restart?: string;
  volumes?: string[];
}
interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, null>;
}

const composeFile = "docker-compose.yml";
const composeOf = (file: string) =>
  load(readFileSync(file, "utf8"), { schema: CORE_SCHEMA.withTags(mergeTag) }) as Compose;
const compose = composeOf(composeFile);
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.build !== undefined);
const settings = Object.keys(settingsSchema.properties);

/** `${NAME:-x}`, `${NAME-x}` and `${NAME:?why}` as Compose fills them in. */
function filledIn(text: string, env: Record<string, string>): string {
  return text.replace(
    /\$\{(\w+)(?:(:?[-?])([^}]*))?\}/g,
    (_, name: string, kind: string | undefined, other: string) => {
      const value = env[name];
      const isMissing = value === undefined || (kind?.startsWith(":") && value === "");
      if (!isMissing) return value ?? "";
      if (kind?.endsWith("?")) throw new Error(`${name}: ${other}`);
      return other ?? "";
    },
  );
}

function envFile(): Record<string, string> {
  const lines = read(".env.example").split("\n");
  return Object.fromEntries(
    lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}

describe("docker-compose.yml", () => {
  it("every service says what it runs and how one sees that it lives", () => {
    for (const [name, service] of services) {
      expect(service.image, name).toMatch(/^[\w./-]+:[\w.-]+$/);
      if (service.restart === undefined && !service.profiles) expect(service.healthcheck?.disable, name).toBe(true);
      else if (name !== "demo") expect(service.healthcheck?.test?.[0], name).toMatch(/^CMD(-SHELL)?$/);
    }
    // The demo has the image's own.
    expect(read("Dockerfile")).toMatch(/^HEALTHCHECK .*"deploy\/health\.mjs"/m);
  });

  it("waits for services that are there, in a way they can end", () => {
    for (const [name, service] of services)
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const waited = compose.services[other];
        expect(waited, `${name} waits for ${other}`).toBeDefined();
        if (condition === "service_healthy") expect(waited?.healthcheck?.test, other).toBeDefined();
        else expect([condition, waited?.restart]).toEqual(["service_completed_successfully", undefined]);
      }
  });

  it("sets only settings that exist, to values that are accepted", () => {
    const env = { ...envFile(), POSTGRES_PASSWORD: "aaaabbbbcccc", MQTT_PASSWORD: "ddddeeeeffff" };
    for (const [name, service] of ours) {
      const set = service.environment ?? {};
      for (const key of Object.keys(set)) expect(settings, `${name} sets ${key}`).toContain(key);
      const filled = Object.fromEntries(Object.entries(set).map(([key, text]) => [key, filledIn(String(text), env)]));
      expect(() => readSettings(filled), name).not.toThrow();
    }
  });

  it("asks for both passwords and holds none", () => {
    const gateway = compose.services.gateway?.environment ?? {};
    expect(() => filledIn(String(gateway.DATABASE_URL), {})).toThrow("POSTGRES_PASSWORD");
    expect(() => filledIn(String(gateway.MQTT_PASSWORD), {})).toThrow("MQTT_PASSWORD");
    for (const [name, value] of Object.entries(envFile())) if (name.includes("PASSWORD")) expect(value).toBe("");
  });

  it("every name that it takes from outside is in .env.example, and the other way round", () => {
    const named = new Set<string>();
    for (const file of [composeFile, "deploy/docker-compose.devices.yml"])
      for (const [, name] of read(file).matchAll(/\$\{(\w+)/g)) named.add(name ?? "");
    const told = new Set([...read(".env.example").matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name ?? ""));
    expect([...told].sort()).toEqual([...named].sort());
  });

  it("publishes the console and STOP's door alone, on this machine unless told otherwise", () => {
    for (const [name, service] of services)
      for (const port of service.ports ?? []) {
        expect(["gateway", "demo"]).toContain(name);
        expect(filledIn(port, {})).toMatch(/^127\.0\.0\.1:(8080:8080|8081:8081)$/);
        // The console's pages know the ports that the gateway listens on.
        expect(filledIn(port, { CONSOLE_PORT: "9000", STOP_PORT: "9001" })).toMatch(/:(\d+):\1$/);
      }
    for (const service of Object.values(composeOf("deploy/docker-compose.devices.yml").services))
      for (const port of service.ports ?? []) expect(filledIn(port, {})).toMatch(/^127\.0\.0\.1:/);
  });

  it("mounts files that exist and volumes that are declared", () => {
    for (const [name, service] of services)
      for (const mount of service.volumes ?? []) {
        const [from = ""] = mount.split(":");
        // data/ is the machine's own: certificates are put there by whoever has them.
        if (from.startsWith("./data/")) continue;
        if (from.startsWith("./")) expect(existsSync(from), `${name} mounts ${from}`).toBe(true);
        else expect(Object.keys(compose.volumes ?? {}), `${name} mounts ${from}`).toContain(from);
      }
    expect(read(".gitignore")).toMatch(/^data\/$/m);
  });

  it("our containers cannot write to their image, and run without rights", () => {
    for (const [name, service] of ours) {
      const { read_only, cap_drop } = service as { read_only?: boolean; cap_drop?: string[] };
      expect([name, read_only, cap_drop]).toEqual([name, true, ["ALL"]]);
    }
  });
});

describe("a reverse proxy", () => {
  const described = String((settingsSchema.properties.STOP_URL as { description?: string }).description);
  const path = /such as (\/[\w-]+)/.exec(described)?.[1] ?? "";

  it.each(["deploy/nginx.conf", "deploy/Caddyfile"])("%s leads to the console and to STOP's own door", (file) => {
    const text = read(file);
    const settingsTold = /settings for it: (.*)$/m.exec(text)?.[1]?.split(" ") ?? [];
    const env = Object.fromEntries(settingsTold.map((one) => one.split("=") as [string, string]));
    const ports = readSettings(env);
    expect(env.STOP_URL).toBe(path);
    expect(text).toMatch(new RegExp(`${path}/[\\s\\S]{0,40}127\\.0\\.0\\.1:${stopPortOf(ports)}\\b`));
    expect(text).toMatch(new RegExp(`127\\.0\\.0\\.1:${ports.PORT}\\b`));
  });
});

describe("Dockerfile", () => {
  const lines = read("Dockerfile").replace(/\\\n/g, " ").split("\n");
  const copies = lines.filter((line) => line.startsWith("COPY ")).map((line) => line.split(/\s+/).slice(1));

  it("runs as nobody special and keeps its data outside", () => {
    expect(lines.filter((line) => line.startsWith("USER ")).at(-1)).toBe("USER node");
    expect(lines).toContain("VOLUME /data");
  });

  it("copies what is there and not ignored", () => {
    const kept = new Set(
      read(".dockerignore")
        .split("\n")
        .filter((line) => line.startsWith("!"))
        .map((line) => line.slice(1)),
    );
    for (const words of copies) {
      const isFromBuild = words[0] === "--from=build";
      for (const source of words.slice(isFromBuild ? 1 : 0, -1)) {
        const name = source.replace(/^\/app\//, "").replace(/^\.\//, "");
        if (name === "." || name === "node_modules" || name === "dist/web") continue;
        expect(existsSync(name), `COPY ${source}`).toBe(true);
        expect(kept, `.dockerignore hides ${name}`).toContain(name);
      }
    }
  });

  it("copies every folder that the programs import from", () => {
    const copied = copies.filter(([flag]) => flag === "--from=build").map(([, source]) => source?.replace("/app/", ""));
    const imported = execFileSync(
      "git",
      ["grep", "-hoE", 'from "(\\.\\./)+[a-z-]+/', "--", "src", "simulators", "deploy"],
      {
        encoding: "utf8",
      },
    );
    const roots = ["src", "firmware-protocols", "simulators", "web", "tests"];
    for (const [, folder] of imported.matchAll(/"(?:\.\.\/)+([a-z-]+)\//g))
      if (folder && roots.includes(folder) && folder !== "tests") expect(copied).toContain(folder);
  });
});

describe("health.mjs", () => {
  let status = 200;
  const server = createServer((_request, response) => void response.writeHead(status).end("{}"));
  afterAll(() => server.close());

  const ask = (port: number) =>
    new Promise<number | null>((resolve) => {
      const child = spawn(process.execPath, ["deploy/health.mjs"], {
        env: { ...process.env, PORT: String(port), TLS_CERT: "" },
        stdio: "ignore",
      });
      child.once("exit", resolve);
    });

  it("ends with 0 when the gateway answers 200, with 1 when it does not", async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect(await ask(port)).toBe(0);
    status = 503;
    expect(await ask(port)).toBe(1);
    await new Promise((resolve) => server.close(resolve));
    expect(await ask(port)).toBe(1);
  });
});

describe("without Docker", () => {
  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

  it.skipIf(!hasSystemd)("systemd takes the unit (skipped where systemd-analyze is missing)", () => {
    const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", "deploy/guiwei.service"], { encoding: "utf8" });
    // Other units of the machine may be complained of too.
    const ofOurs = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("guiwei"));
    expect(ofOurs).toEqual([]);
  });

  it("the unit is started again for good, whatever ended it, and heard out before it is killed", () => {
    const [head, service] = read("deploy/guiwei.service").split("\n[Service]\n");
    const linesOf = (part: string | undefined, key: string) =>
      part
        ?.split("\n")
        .filter((line) => line.startsWith(`${key}=`))
        .map((line) => line.slice(key.length + 1));
    // Of [Unit]: 0 counts no starts, so none is one too many.
    expect(linesOf(head?.split("\n[Unit]\n")[1], "StartLimitIntervalSec")).toEqual(["0"]);
    expect(linesOf(service, "Restart")).toEqual(["always"]);
    expect(Number(linesOf(service, "RestartSec"))).toBeLessThanOrEqual(10);
    // RestartPreventExitStatus or a watchdog would be a way to give up after all.
    expect(service).not.toMatch(/^(RestartPrevent|SuccessExit|WatchdogSec|StartLimit)/m);
    expect(linesOf(service, "KillMode")).toEqual(["mixed"]);
    expect(linesOf(service, "KillSignal")).toEqual(["SIGTERM"]);
  });

  it("the unit sets only settings that exist", () => {
    const set = /^Environment=(.*)$/m.exec(read("deploy/guiwei.service"))?.[1] ?? "";
    for (const [, name] of set.matchAll(/(\w+)=/g)) if (name !== "NODE_ENV") expect(settings).toContain(name);
  });

  it("udev rules are pairs of key and value", () => {
    for (const line of read("deploy/99-guiwei-serial.rules").split("\n")) {
      const rule = line.replace(/^#(?=SUBSYSTEM)/, "");
      if (rule === "" || rule.startsWith("#")) continue;
      expect(rule).toMatch(/^([A-Z]+(\{\w+\})?(==|=|\+=)"[^"]*"(, |$))+$/);
    }
  });

  it("mosquitto.conf has the limits of the embedded broker", () => {
    const places = { port: 0, host: "", passwordFile: "", aclFile: "" };
    const limits = mosquittoConfiguration(places)
      .split("\n")
      .filter((line) => !/^(listener|password_file|acl_file) ?|^$/.test(line));
    expect(limits.length).toBeGreaterThan(5);
    for (const line of limits) expect(read("deploy/mosquitto.conf").split("\n")).toContain(line);
  });
});
