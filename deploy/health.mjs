// Asks GET /health of the gateway in the same container or on the same machine: exit 0 when it answers 200, else 1 with the reason.
import { request as http } from "node:http";
import { request as https } from "node:https";

const timeoutMs = 4_000;
const { PORT = "8080", TLS_CERT = "" } = process.env;
const isTls = TLS_CERT !== "";

function end(reason) {
  if (reason) console.error(reason);
  process.exit(reason ? 1 : 0);
}

// The certificate names the host that people use, not 127.0.0.1.
const asked = (isTls ? https : http)(
  { host: "127.0.0.1", port: Number(PORT), path: "/health", rejectUnauthorized: false, timeout: timeoutMs },
  (answer) => end(answer.statusCode === 200 ? null : `/health answered ${answer.statusCode}`),
);
asked.on("timeout", () => end(`/health did not answer within ${timeoutMs} ms`));
asked.on("error", (error) => end(error.message || error.code));
asked.end();
