/** Asking the gateway over HTTP on connections that are kept, with a limit. */
import { Agent, request } from "node:http";

export interface Told {
  status: number;
  body: unknown;
}

export interface Asking {
  ask(method: string, path: string, body?: unknown): Promise<Told>;
  close(): void;
}

const answerMsMax = 60_000;

export function askingOf(url: string, secret: string): Asking {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  return {
    ask: (method, path, body) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? "" : JSON.stringify(body);
        const headers = {
          authorization: `Bearer ${secret}`,
          "content-length": Buffer.byteLength(text),
          ...(text === "" ? {} : { "content-type": "application/json" }),
        };
        const sending = request(`${url}${path}`, { method, agent, headers, timeout: answerMsMax }, (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("error", reject);
          answer.on("end", () =>
            resolve({ status: answer.statusCode ?? 0, body: parsed(Buffer.concat(parts).toString()) }),
          );
        });
        sending.on("timeout", () => sending.destroy(new Error(`${method} ${path}: no answer in ${answerMsMax} ms`)));
        sending.on("error", reject);
        sending.setNoDelay(true);
        sending.end(text);
      }),
    close: () => agent.destroy(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
