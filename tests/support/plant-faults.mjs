// Loaded into a gateway by NODE_OPTIONS: two signals let it fail as a dependency would, where nobody catches it.
if (process.argv.includes("serve")) {
  process.on("SIGUSR2", () => {
    setImmediate(() => {
      throw new TypeError("planted exception");
    });
  });
  process.on("SIGWINCH", () => void Promise.reject(new Error("planted rejection")));
}
