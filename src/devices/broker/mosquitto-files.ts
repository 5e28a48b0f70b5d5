/** The same rights for an external Mosquitto 2: the text of its password file, ACL file and configuration. */
import { pbkdf2Sync, randomBytes } from "node:crypto";
import type { BrokerRights } from "./rights.ts";

/** Mosquitto's own default. Device passwords are long random strings, not words that people chose. */
const iterations = 101;
const saltBytes = 12;
const hashBytes = 64;

/** `user:$7$iterations$salt$hash`, PBKDF2-SHA512 as mosquitto_passwd writes it. */
export function mosquittoPasswords(passwords: ReadonlyMap<string, string>): string {
  const lines = [...passwords].map(([username, password]) => {
    const salt = randomBytes(saltBytes);
    const hash = pbkdf2Sync(password, salt, iterations, hashBytes, "sha512");
    return `${username}:$7$${iterations}$${salt.toString("base64")}$${hash.toString("base64")}`;
  });
  return `${lines.join("\n")}\n`;
}

export function mosquittoAcl(rights: readonly BrokerRights[]): string {
  const blocks = rights.map(({ username, read, write }) =>
    [
      `user ${username}`,
      ...write.map((topic) => `topic write ${topic}`),
      ...read.map((topic) => `topic read ${topic}`),
    ].join("\n"),
  );
  return `${blocks.join("\n\n")}\n`;
}

export interface MosquittoPlaces {
  /** Port and bind address, as in Mosquitto's `listener`. */
  port: number;
  host: string;
  passwordFile: string;
  aclFile: string;
}

/**
 * The limits of the embedded broker, as far as Mosquitto 2.0 has them. The user name becomes the client id: otherwise any
 * device could take over another's connection by its id (eclipse-mosquitto/mosquitto issues 1120 and 3553).
 */
export function mosquittoConfiguration({ port, host, passwordFile, aclFile }: MosquittoPlaces): string {
  return `${[
    `listener ${port} ${host}`,
    "use_username_as_clientid true",
    "allow_anonymous false",
    `password_file ${passwordFile}`,
    `acl_file ${aclFile}`,
    "max_packet_size 262144",
    "max_connections 512",
    "max_inflight_messages 16",
    "max_queued_messages 100",
    "max_queued_bytes 1048576",
    "persistent_client_expiration 1h",
    "persistence false",
  ].join("\n")}\n`;
}
