/** All settings from the environment, in one schema, read once. README's table of settings is checked against this list. */
import { join, resolve } from "node:path";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { Refusal } from "./contract/errors.ts";
import { trustedProxies } from "./http/trusted-proxies.ts";

export const settingsSchema = Type.Object({
  SITE_FILE: Type.String({ minLength: 1, default: "sites/demo.yaml", description: "场地文件 / the site file" }),
  DATA_DIR: Type.String({
    minLength: 1,
    default: "data",
    description: "内嵌数据库与上传文件的目录 / embedded database and uploads",
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: "^postgres(ql)?://",
      description: "PostgreSQL 15–18；缺省用内嵌数据库 / left out: the embedded database",
    }),
  ),
  HOST: Type.String({
    minLength: 1,
    default: "127.0.0.1",
    description: "监听地址；非本机地址需要 TLS / address to listen on; other than loopback needs TLS",
  }),
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 8080, description: "控制台端口 / port of the console" }),
  STOP_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65535,
      description: "“停止”专用端口；缺省为 PORT 加 1 / port of STOP's own door; left out: PORT plus 1",
    }),
  ),
  STOP_URL: Type.Optional(
    Type.String({
      pattern: "^(https?:/)?/[^/?#]",
      maxLength: 500,
      description:
        "经反向代理时浏览器访问“停止”专用端口的地址，如 /stop-door；缺省为控制台的主机加 STOP_PORT / where browsers reach STOP's own door through a reverse proxy, such as /stop-door; left out: the console's host with STOP_PORT",
    }),
  ),
  TLS_CERT: Type.Optional(Type.String({ minLength: 1, description: "证书 PEM 文件 / certificate file" })),
  TLS_KEY: Type.Optional(Type.String({ minLength: 1, description: "私钥 PEM 文件 / key file" })),
  INSECURE_HTTP: Type.Optional(
    Type.Literal("yes", { description: "由反向代理负责 TLS 时填 yes / a proxy in front keeps TLS" }),
  ),
  TRUST_PROXY: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2_000,
      description:
        "相信哪些反向代理的 X-Forwarded-For：其地址或网段，逗号分隔；或代理层数，如 1 / whose X-Forwarded-For is believed: addresses or networks of the proxies, comma separated, or how many stand in a row, such as 1",
    }),
  ),
  ORIGINS: Type.Optional(
    Type.String({ minLength: 1, description: "另外允许的来源，逗号分隔 / further allowed origins, comma separated" }),
  ),
  MQTT_URL: Type.Optional(
    Type.String({
      pattern: "^(mqtts?|tcp)://",
      description: "外部代理；缺省用内嵌代理 / external broker; left out: the embedded one",
    }),
  ),
  MQTT_USERNAME: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "外部代理的用户名，每个库房用“此名.库房号”；缺省为 gateway / user of the external broker, for each room as this name, a dot and the room; left out: gateway",
    }),
  ),
  MQTT_PASSWORD: Type.Optional(Type.String({ minLength: 1, description: "外部代理的密码 / its password" })),
  MQTT_CA: Type.Optional(
    Type.String({ minLength: 1, description: "外部代理的 CA 文件 / authority of its certificate, a file" }),
  ),
  MQTT_PORT: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 1883,
    description: "内嵌代理端口 / port of the embedded broker",
  }),
  LINKS_FILE: Type.Optional(
    Type.String({ minLength: 1, description: "孪生写出的总线地址 / bus addresses as the twin wrote them" }),
  ),
  RECORD_READS: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "录制读写器读数的文件夹，最多 16 个 64 MB 的文件；缺省不录 / folder for recorded reads, 16 files of 64 MB at most; left out: nothing is recorded",
    }),
  ),
  DELTA_STOCKTAKE: Type.Enum(["yes", "no"], {
    default: "yes",
    description:
      "动态盘点：通道每次使用后重读其两个面 / delta stocktake: the two faces of an aisle are read again after each use",
  }),
  BACKUP_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "备份目录，须专用；缺省为 DATA_DIR 下的 backups / folder for backups, used for nothing else; left out: backups inside DATA_DIR",
    }),
  ),
  BACKUP_EVERY_HOURS: Type.Integer({
    minimum: 0,
    maximum: 8_760,
    default: 24,
    description:
      "网关每隔多少小时自行备份；0 为不自行备份 / hours between the gateway's own backups; 0: none by itself",
  }),
  BACKUPS_KEPT: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 14,
    description: "保留最新的多少份备份 / how many of the newest backups are kept",
  }),
  DISK_WARN_MB: Type.Integer({
    minimum: 0,
    maximum: 10_000_000,
    default: 1024,
    description:
      "DATA_DIR 或 BACKUP_DIR 所在磁盘剩余空间低于此数（MB）时提示 / says so when the disk of DATA_DIR or BACKUP_DIR has less than this many MB left",
  }),
  LOG_LEVEL: Type.Enum(["fatal", "error", "warn", "info", "debug", "silent"], {
    default: "info",
    description: "日志级别 / log level",
  }),
});

export type Settings = Static<typeof settingsSchema>;

/** STOP_PORT, or the port after the console's; if the console uses any free port, so does STOP. */
export function stopPortOf({ PORT, STOP_PORT }: Pick<Settings, "PORT" | "STOP_PORT">): number {
  if (STOP_PORT !== undefined) return STOP_PORT;
  if (PORT === 0) return 0;
  return PORT < 65_535 ? PORT + 1 : PORT - 1;
}

/** Motion's folder: its log, and the socket where STOP's door finds it. */
export const motionFolderOf = ({ DATA_DIR }: Pick<Settings, "DATA_DIR">) => join(DATA_DIR, "motion");

/** Where the running gateway keeps its backups. */
export const backupFolderOf = (settings: Pick<Settings, "BACKUP_DIR" | "DATA_DIR">) =>
  resolve(settings.BACKUP_DIR ?? join(settings.DATA_DIR, "backups"));

/** Reads the environment; refuses with the name of a wrong setting. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settingsSchema.properties)) {
    const text = env[name];
    if (text === undefined || text === "") continue;
    given[name] = (schema as { type?: string }).type === "integer" ? Number(text) : text;
  }
  const value = Value.Default(settingsSchema, given);
  const fault = [...Value.Errors(settingsSchema, value)][0];
  if (fault)
    throw new Refusal("setting-invalid", { setting: fault.instancePath.slice(1) || "?", detail: fault.message });
  const settings = value as Settings;
  // Refused here, before anything is opened.
  trustedProxies(settings.TRUST_PROXY);
  if (settings.PORT !== 0 && settings.PORT === stopPortOf(settings))
    throw new Refusal("setting-invalid", { setting: "STOP_PORT", detail: "STOP_PORT = PORT" });
  return { ...settings, DATA_DIR: resolve(settings.DATA_DIR), SITE_FILE: resolve(settings.SITE_FILE) };
}
