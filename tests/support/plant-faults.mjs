// Loaded into a gateway and its children by NODE_OPTIONS: two signals make the process fail like a dependency whose error nobody
// catches.
const entry = /^serve$|(motion|door)-process\.ts$|serve-broker\.ts$/;
if (process.argv.some((word) => entry.test(word))) {
  process.on("SIGUSR2", () => {
    setImmediate(() => {
      throw new TypeError("planted exception");
    });
  });
  process.on("SIGWINCH", () => void Promise.reject(new Error("planted rejection")));
}
