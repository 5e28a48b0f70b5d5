import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isLoopback } from "../../src/http/is-loopback.ts";
import { type ListenSettings, listen, readTls } from "../../src/server/listen.ts";
import { openContext } from "../support/context-server.ts";

const loopback: ListenSettings = {
  host: "127.0.0.1",
  port: 0,
  tlsCertFile: null,
  tlsKeyFile: null,
  isInsecureHttpStated: false,
};

describe("opening the door", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "guiwei-tls-"));
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
        ...["-subj", "/CN=localhost", "-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")],
      ],
      { stdio: "ignore" },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("this machine only, unless HOST says otherwise", () => {
    for (const host of ["127.0.0.1", "127.8.8.8", "::1", "localhost"]) expect(isLoopback(host), host).toBe(true);
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "localhost.evil.example", "127.0.0.1.evil.example"])
      expect(isLoopback(host), host).toBe(false);
    expect(readTls(loopback)).toBeNull();
  });

  test("the network needs TLS or the plain statement that there is none", async () => {
    const open = { ...loopback, host: "0.0.0.0" };
    expect(() => readTls(open)).toThrow(/TLS_CERT/);
    expect(readTls({ ...open, isInsecureHttpStated: true })).toBeNull();
    const missing = { ...open, tlsCertFile: "/nowhere/c.pem", tlsKeyFile: "/nowhere/k.pem" };
    expect(() => readTls(missing)).toThrow(/\/nowhere\/c.pem.*ENOENT/);
    const context = await openContext("embedded");
    await expect(listen(context.app, open)).rejects.toMatchObject({ code: "listen-needs-tls" });
    await context.close();
  });

  test("a port in use is told in one plain sentence", async () => {
    const [first, second] = [await openContext("embedded"), await openContext("embedded")];
    const { port, url } = await listen(first.app, loopback);
    expect(url).toBe(`http://localhost:${port}`);
    await expect(listen(second.app, { ...loopback, port })).rejects.toMatchObject({
      code: "listen-port-in-use",
      params: { port },
    });
    await expect(
      listen(second.app, { ...loopback, host: "192.0.2.1", isInsecureHttpStated: true }),
    ).rejects.toMatchObject({
      code: "listen-address-unknown",
    });
    await first.close();
    await second.close();
  });

  test("with TLS the page is served over it, the cookie is Secure and the browser is told to stay", async () => {
    const settings = { ...loopback, tlsCertFile: join(folder, "cert.pem"), tlsKeyFile: join(folder, "key.pem") };
    const context = await openContext("embedded", { tls: readTls(settings) });
    const { port, url } = await listen(context.app, settings);
    expect(url).toMatch(/^https:/);
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const asked = request(
        { host: "127.0.0.1", port, path: "/api/v1/session", method: "DELETE", rejectUnauthorized: false },
        (answer) => resolve(answer.headers),
      );
      asked.on("error", reject).end();
    });
    expect(String(headers["set-cookie"])).toMatch(/Secure/);
    expect(headers["strict-transport-security"]).toMatch(/max-age/);
    await context.close();
  });
});
