/** People and systems that press at the gateway's two doors. */
import { request } from "node:http";
import type { Session } from "../../src/contract/people.ts";
import type { TestGateway } from "./gateway-process.ts";

export const password = "only for tests 3";

export interface Pressed {
  status: number;
  body: { areas?: number; code?: string; zh?: string; en?: string };
  /** From before the connection until the answer. */
  ms: number;
}

/** POST to a port of this machine, on a new connection, like a client that has none open yet. */
export function press(
  port: number,
  headers: Record<string, string>,
  path = "/api/v1/stop",
  method = "POST",
): Promise<Pressed> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (part: Buffer) => {
        text += part.toString();
      });
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          body: text === "" ? {} : JSON.parse(text),
          ms: Math.round(performance.now() - startedMs),
        }),
      );
    });
    asked.once("error", reject);
    asked.end();
  });
}

export interface SignedIn {
  id: string;
  cookie: string;
}

/** A new person, signed in. */
export async function newPerson(gateway: TestGateway, login: string, roles: string[]): Promise<SignedIn> {
  const { id } = await gateway.call<{ id: string }>("POST", "/api/v1/people", {
    ...{ login, name: login, roles, language: "zh", password },
  });
  return { id, cookie: await signIn(gateway.url, login) };
}

export async function signIn(url: string, login: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ login, password }),
  });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  // The second cookie lets the gateway recognise the browser.
  const cookie = answer.headers.getSetCookie().map((one) => one.split(";")[0]);
  return cookie.find((one) => one?.startsWith("guiwei=")) ?? "";
}

export async function doorPort(url: string, cookie: string): Promise<number> {
  const session = (await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json()) as Session;
  if (!session.stopDoor) throw new Error("no door is told of");
  return session.stopDoor.port;
}
