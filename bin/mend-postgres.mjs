/**
 * Mends postgres.js 3.4.9 as it is loaded: by the bundle (run.mjs), by tsx (load-mended.mjs) and by vitest. A connection that
 * has closed wrote to a socket that is null, which ended the process (porsager/postgres issues 1154 and 1208, pulls 1168 and
 * 1209, denoland/deno issue 34667); and a transaction whose connection had come back ran its rest outside any transaction.
 */
import { readFileSync } from "node:fs";

/** Whatever another version says differently is a reason to look again, not to guess. */
const version = "3.4.9";

/** To say goodbye; then the socket is destroyed. */
const goodbyeMsMax = 1_000;

const lost = "Errors.connection('CONNECTION_CLOSED', options)";

/** @type {Record<string, [what: string, instead: string][]>} Each is there exactly once. */
const mends = {
  "connection.js": [
    // A statement for a connection that is gone is refused to whoever asked, and nothing is left for the next life.
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
    // Bytes of the old life came before the next one's greeting, and no timer was set to send them.
    [
      "    incomings = null\n    clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)\n",
      "    incomings = null\n    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    socket.removeListener('data', data)\n",
    ],
    // Told to end, it said goodbye and let go of a socket that a network which swallows packets keeps for a quarter of an hour.
    [
      "      socket.readyState === 'open' && socket.end(b().X().end())\n",
      "      socket.readyState === 'open' && socket.end(b().X().end())\n" +
        "      socket.on('error', noop)\n" +
        `      setTimeout(x => x.destroy(), ${goodbyeMsMax}, socket).unref()\n`,
    ],
    // The line under TLS: what it meets once TLS is gone is nobody's, and ends no program.
    [
      "    socket.removeAllListeners()\n    socket = tls.connect(options)\n",
      "    socket.removeAllListeners()\n    socket.on('error', noop)\n    socket = tls.connect(options)\n",
    ],
    // Nobody awaits it: its failure is the connection's, which is told already.
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
    // The connection may be somebody else's by now, and outside a transaction each statement would count by itself.
    [
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n",
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost) return q.reject(lost)\n",
    ],
  ],
};

/** The name of a file of postgres.js that is mended, or null. */
const mendedName = (path) => /\/node_modules\/postgres\/src\/(connection|index)\.js$/.exec(path.replaceAll("\\", "/"));

/** @param {string} path as it lies there @returns {string | null} its mended text; null for every other file */
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
