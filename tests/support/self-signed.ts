/** A certificate that no authority has signed. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Readable only by the server's own account. */
export function selfSigned(): { key: string; certificate: string } {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-lead-tls-"));
  chmodSync(folder, 0o755);
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const made = ["-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...made], { stdio: "ignore" });
  chmodSync(key, 0o600);
  if (process.getuid?.() === 0) execFileSync("chown", ["postgres", key]);
  return { key, certificate };
}
