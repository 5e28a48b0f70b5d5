/**
 * Patches postgres.js 3.4.9 when it is loaded: by the bundle (run.mjs), by tsx (load-mended.mjs) and by vitest. A closed
 * connection wrote to a socket that is null, which ended the process (porsager/postgres issues 1154 and 1208, pulls 1168 and
 * 1209, denoland/deno issue 34667); and a transaction whose connection was re-established ran its rest outside any transaction.
 */
import { readFileSync } from "node:fs";

/** A different version must be examined anew before it is patched. */
const version = "3.4.9";

/** Time for the goodbye; then the socket is destroyed. */
const goodbyeMsMax = 1_000;

const lost = "Errors.connection('CONNECTION_CLOSED', options)";

/** @type {Record<string, [what: string, instead: string][]>} Each is there exactly once. */
const mends = {
  "connection.js": [
    // A statement for a lost connection is rejected to its caller, and nothing is left over for the next connection.
    ["    if (stream)\n", `    if (socket === null)\n      return queryError(q, ${lost}), true\n\n    if (stream)\n`],
    [
      "    const x = socket.write(chunk, fn)\n",
      "    if (socket === null) {\n" +
        "      clearImmediate(nextWriteTimer)\n" +
        "      chunk = nextWriteTimer = null\n" +
        `      error(${lost})\n` +
        "      return false\n" +
        "    }\n" +
        "    const x = socket.write(chunk, fn)\n",
    ],
    // Unsent bytes of the old connection came before the next one's greeting, and no timer was set to send them.
    [
      "    incomings = null\n    clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)\n",
      "    incomings = null\n    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    socket.removeListener('data', data)\n",
    ],
    // On `end` it sent a goodbye and dropped a socket that lasts for a quarter of an hour on a network that swallows packets.
    [
      "      socket.readyState === 'open' && socket.end(b().X().end())\n",
      "      socket.readyState === 'open' && socket.end(b().X().end())\n" +
        "      socket.on('error', noop)\n" +
        `      setTimeout(x => x.destroy(), ${goodbyeMsMax}, socket).unref()\n`,
    ],
    // The socket under TLS: an error there after TLS is gone has no listener, and must not end the program.
    [
      "    socket.removeAllListeners()\n    socket = tls.connect(options)\n",
      "    socket.removeAllListeners()\n    socket.on('error', noop)\n    socket = tls.connect(options)\n",
    ],
    // Nobody awaits this promise; its failure is the connection's, which is reported already.
    ["        return fetchArrayTypes()\n", "        return fetchArrayTypes().catch(noop)\n"],
  ],
  "index.js": [
    [
      "    let savepoints = 0\n      , connection\n",
      "    let savepoints = 0\n      , lost = null\n      , connection\n",
    ],
    [
      "new Promise((_, reject) => connection.onclose = reject)",
      "new Promise((_, reject) => connection.onclose = e => {\n" +
        "          lost = e\n" +
        "          while (queries.length) queries.shift().reject(e)\n" +
        "          reject(e)\n" +
        "        })",
    ],
    // The connection may be in use by another caller by now, and outside a transaction each statement would commit by itself.
    [
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n",
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost) return q.reject(lost)\n",
    ],
  ],
};

/** The file name if it is a file of postgres.js that is patched, or null. */
const mendedName = (path) => /\/node_modules\/postgres\/src\/(connection|index)\.js$/.exec(path.replaceAll("\\", "/"));

/** @param {string} path of the installed file @returns {string | null} its patched text; null for every other file */
export function mended(path) {
  const name = mendedName(path)?.[1];
  if (!name) return null;
  const { version: found } = JSON.parse(readFileSync(path.replace(/src[\\/]\w+\.js$/, "package.json"), "utf8"));
  if (found !== version) throw new Error(`bin/mend-postgres.mjs: written for postgres ${version}, found ${found}`);
  let text = readFileSync(path, "utf8");
  for (const [what, instead] of mends[`${name}.js`]) {
    if (text.split(what).length !== 2)
      throw new Error(`bin/mend-postgres.mjs: ${name}.js has no single ${what.trim()}`);
    text = text.replace(what, () => instead);
  }
  return text;
}
