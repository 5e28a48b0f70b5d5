/** Who may come in, and who may say what: the rules of the embedded broker's door, without aedes. */
import type { BrokerRights } from "./rights.ts";
import { covers, isTopic } from "./topic-rules.ts";

export interface AdmissionOptions {
  rights: readonly BrokerRights[];
  /** One digest of a random secret: so cheap that nobody's wrong ones need keep a right one waiting. */
  verify(username: string, password: string): boolean;
  /** Wrong passwords of one address and user name within a minute that are told; the others are refused without a word. */
  failuresToldPerMinute: number;
  monoMs(): number;
}

export interface Admission {
  /** Rights to have once the password is right; a fault in words. */
  judgeConnect(packet: ConnectLike): { fault: string | null; claimed: BrokerRights | null };
  /** A right one is right, whatever came before it: many share an address, and anybody may claim a name. */
  isRight(username: string, password: string): boolean;
  /** A wrong one; whether it is worth a word in the log. */
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
/** Addresses with names of the site whose wrong passwords are counted apart; beyond it the oldest is told anew. */
const failingMax = 1_000;
const retainedBytesMax = 64 * 1024;
const willBytesMax = 4 * 1024;

/** The user name, or the user name and a suffix, so that nobody can take over another's connection by its client id. */
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

/** Why a publish ends the connection; null = it may. */
export function judgePublish(rights: BrokerRights | null, packet: PublishLike): string | null {
  if (!rights) return "publish by nobody";
  if ((packet.qos ?? 0) > 0 && packet.messageId === 0) return "packet id 0";
  const isAllowed = isWritable(rights, packet.topic, packet.retain === true, packet.payload.length);
  return isAllowed ? null : `may not publish to ${printable(packet.topic)}`;
}

function isWritable(rights: BrokerRights, topic: string, isRetained: boolean, payloadBytes: number): boolean {
  // A device names its topics one by one: found without looking at the text again.
  if (!rights.write.includes(topic) && !(isTopic(topic) && rights.write.some((filter) => covers(filter, topic))))
    return false;
  return !isRetained || (payloadBytes <= retainedBytesMax && (rights.keep ?? []).some((one) => covers(one, topic)));
}

export function printable(topic: unknown): string {
  return JSON.stringify(String(topic).slice(0, 80));
}
