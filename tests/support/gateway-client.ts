import type { Delivery } from "../../simulators/days/demo-delivery.ts";
import type { ImportView } from "../../src/contract/catalogue.ts";
import { deliveryXlsx } from "../../src/demo/fill-catalogue.ts";
import { until } from "./until.ts";

export interface Answer {
  status: number;
  body: unknown;
  bytes: Buffer;
}

export interface GatewayClient {
  /** Sends the token of every role, once there is one; resolves with any status. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The same, but a refusal becomes an error with the gateway's own words. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Creates an administrator with the printed code, and a token of every role. */
  signUp(said: () => string): Promise<void>;
  upload(filename: string, bytes: Uint8Array): Promise<ImportView>;
  /** Headers for a request that a test makes itself. */
  headers(): Record<string, string>;
  fillCatalogue(delivery: Delivery): Promise<ImportView>;
}

export function gatewayClient(url: string): GatewayClient {
  let authorization = "";

  async function ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization,
        ...more,
        ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, bytes, body: isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : null };
  }

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await ask(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.bytes.toString()}`);
    return answer.body as T;
  }

  async function upload(filename: string, bytes: Uint8Array): Promise<ImportView> {
    const form = new FormData();
    form.set("file", new Blob([bytes as Uint8Array<ArrayBuffer>]), filename);
    return call<ImportView>("POST", "/api/v1/imports", form);
  }

  return {
    ...{ ask, call, upload },
    headers: () => ({ authorization }),
    async signUp(said) {
      authorization = `Bearer ${await newToken(url, said)}`;
    },
    async fillCatalogue(delivery) {
      const { id } = await upload("delivery.xlsx", await deliveryXlsx(delivery));
      const inState = (state: string) =>
        until(`the import is ${state}`, async () => {
          const view = await call<ImportView>("GET", `/api/v1/imports/${id}`);
          if (view.state === "failed") throw new Error(JSON.stringify(view));
          return view.state === state ? view : null;
        });
      await inState("checked");
      await call("POST", `/api/v1/imports/${id}/run`);
      return inState("done");
    },
  };
}

async function newToken(url: string, said: () => string): Promise<string> {
  const code = await until("the set-up code is printed", () => /set-up code: (\S+)/.exec(said())?.[1]);
  const person = { code, login: "admin", name: "管理员", password: "only for tests 1", language: "zh" };
  const response = await fetch(`${url}/api/v1/set-up`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(person),
  });
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  if (response.status !== 201) throw new Error(`set-up: ${response.status} ${await response.text()}`);
  const made = await fetch(`${url}/api/v1/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie },
    body: JSON.stringify({
      name: "tests",
      roles: ["archivist", "operator", "supervisor", "auditor", "administrator"],
    }),
  });
  if (made.status !== 201) throw new Error(`token: ${made.status} ${await made.text()}`);
  return ((await made.json()) as { secret: string }).secret;
}
