/** Rules of the embedded broker, without aedes: which client may connect, and what it may publish or subscribe to. */
import type { BrokerRights } from "./rights.ts";
import { covers, isTopic } from "./topic-rules.ts";

export interface AdmissionOptions {
  rights: readonly BrokerRights[];
  /** Compares one digest of a random secret. It is so cheap that a flood of wrong passwords does not delay a right one. */
  verify(username: string, password: string): boolean;
  /** Wrong passwords of one address and user name that are logged each minute; further ones are refused without a log line. */
  failuresToldPerMinute: number;
  monoMs(): number;
}

export interface Admission {
  /** Returns the rights that the client gets if its password is right, or a fault in words. */
  judgeConnect(packet: ConnectLike): { fault: string | null; claimed: BrokerRights | null };
  /** Checks the password only. Earlier failures do not count: many clients share an address, and anybody may claim a name. */
  isRight(username: string, password: string): boolean;
  /** Counts a wrong password; returns whether it should be logged. */
  isTold(address: string, username: string): boolean;
}

export interface ConnectLike {
  clientId?: unknown;
  username?: unknown;
  will?: { topic: string; payload: { length: number }; retain?: boolean };
}

export interface PublishLike {
  topic: string;
  payload: { length: number };
  qos?: number;
  retain?: boolean;
  messageId?: number;
}

const minuteMs = 60_000;
/** Largest number of address and user name pairs whose wrong passwords are counted; beyond it the oldest count is forgotten. */
const failingMax = 1_000;
const retainedBytesMax = 64 * 1024;
const willBytesMax = 4 * 1024;

/**
 * A client id is the user name, or the user name and a suffix, so that no client can take over another's connection by its id.
 */
const clientIdPattern = /^[A-Za-z0-9_-]{1,48}(\.[A-Za-z0-9_-]{1,48})?$/;

export function openAdmission({ rights, verify, failuresToldPerMinute, monoMs }: AdmissionOptions): Admission {
  const rightsByUser = new Map(rights.map((one) => [one.username, one]));
  const failures = new Map<string, { count: number; untilMs: number }>();

  return {
    judgeConnect({ clientId, username, will }) {
      const refused = (fault: string) => ({ fault, claimed: null });
      if (typeof clientId !== "string" || !clientIdPattern.test(clientId) || clientId in Object.prototype) {
        return refused("client id not allowed");
      }
      if (typeof username !== "string") return refused("no user name");
      if (clientId !== username && !clientId.startsWith(`${username}.`)) return refused("client id of somebody else");
      const claimed = rightsByUser.get(username) ?? null;
      if (!will || !claimed) return { fault: null, claimed };
      if (will.payload.length > willBytesMax) return refused("will above the limit");
      const isAllowed = isWritable(claimed, will.topic, will.retain === true, will.payload.length);
      return isAllowed ? { fault: null, claimed } : refused("will not allowed");
    },
    isRight: (username, password) => verify(username, password),
    isTold(address, username) {
      const nowMs = monoMs();
      const key = `${address} ${username}`;
      let known = failures.get(key);
      if (!known || known.untilMs <= nowMs) {
        known = { count: 0, untilMs: nowMs + minuteMs };
        failures.delete(key);
        failures.set(key, known);
        const [oldest] = failures.size > failingMax ? failures.keys() : [];
        if (oldest !== undefined) failures.delete(oldest);
      }
      return ++known.count <= failuresToldPerMinute;
    },
  };
}

/** Returns why a publish ends the connection; null when it is allowed. */
export function judgePublish(rights: BrokerRights | null, packet: PublishLike): string | null {
  if (!rights) return "publish by nobody";
  if ((packet.qos ?? 0) > 0 && packet.messageId === 0) return "packet id 0";
  const isAllowed = isWritable(rights, packet.topic, packet.retain === true, packet.payload.length);
  return isAllowed ? null : `may not publish to ${printable(packet.topic)}`;
}

function isWritable(rights: BrokerRights, topic: string, isRetained: boolean, payloadBytes: number): boolean {
  // A device's rights list its topics exactly, so the usual case is found without parsing the topic.
  if (!rights.write.includes(topic) && !(isTopic(topic) && rights.write.some((filter) => covers(filter, topic))))
    return false;
  return !isRetained || (payloadBytes <= retainedBytesMax && (rights.keep ?? []).some((one) => covers(one, topic)));
}

export function printable(topic: unknown): string {
  return JSON.stringify(String(topic).slice(0, 80));
}
