/** Who may come in, and who may say what: the rules of the embedded broker's door, without aedes. */
import type { BrokerRights } from "./rights.ts";
import { covers, isTopic } from "./topic-rules.ts";

export interface AdmissionOptions {
  rights: readonly BrokerRights[];
  verify(username: string, password: string): boolean | Promise<boolean>;
  /** Wrong passwords of one address within a minute. */
  failuresPerMinute: number;
}

export interface Admission {
  /** Rights to have once the password is right; a fault in words. */
  judgeConnect(packet: ConnectLike): { fault: string | null; claimed: BrokerRights | null };
  isRight(address: string, username: string, password: string): Promise<boolean>;
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

const verifyMsMax = 3000;
const verifyingMax = 16;
const retainedBytesMax = 64 * 1024;
const willBytesMax = 4 * 1024;

/** The user name, or the user name and a suffix, so that nobody can take over another's connection by its client id. */
const clientIdPattern = /^[A-Za-z0-9_-]{1,48}(\.[A-Za-z0-9_-]{1,48})?$/;

export function openAdmission({ rights, verify, failuresPerMinute }: AdmissionOptions): Admission {
  const rightsByUser = new Map(rights.map((one) => [one.username, one]));
  const failures = new Map<string, { count: number; untilMs: number }>();
  let verifying = 0;

  function isThrottled(address: string): boolean {
    const known = failures.get(address);
    return known !== undefined && known.untilMs > Date.now() && known.count >= failuresPerMinute;
  }

  function noteFailure(address: string): void {
    const nowMs = Date.now();
    for (const [other, { untilMs }] of failures) if (untilMs <= nowMs) failures.delete(other);
    const known = failures.get(address) ?? { count: 0, untilMs: nowMs + 60_000 };
    known.count++;
    failures.set(address, known);
  }

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
    async isRight(address, username, password) {
      if (verifying >= verifyingMax || isThrottled(address)) return false;
      verifying++;
      let timer: NodeJS.Timeout | undefined;
      try {
        const late = new Promise<boolean>((resolve) => {
          timer = setTimeout(() => resolve(false), verifyMsMax);
        });
        const isRight = await Promise.race([Promise.resolve(verify(username, password)), late]);
        if (!isRight) noteFailure(address);
        return isRight === true;
      } catch {
        return false;
      } finally {
        clearTimeout(timer);
        verifying--;
      }
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
