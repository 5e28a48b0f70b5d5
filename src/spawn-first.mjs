// A thread that keeps its priority while its process lowers its own, so that its children start with it (on Linux each thread has
// one, and a child inherits that of the thread which starts it). Plain JavaScript, so that it loads in every form. It relays.
import { spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { parentPort } from "node:worker_threads";

const children = new Map();

// "<process>/task/<thread>"
parentPort?.postMessage({ thread: Number(readlinkSync("/proc/thread-self").split("/").at(-1)) });

parentPort?.on("message", ({ id, ...asked }) => {
  const tell = (said) => parentPort?.postMessage({ id, ...said });
  const child = children.get(id);
  if (asked.do === "spawn") {
    const { log } = asked;
    const options = { stdio: ["ignore", log, log, "ipc"], windowsHide: true };
    const started = spawn(asked.command, asked.words, options);
    children.set(id, started);
    tell({ said: "spawned", pid: started.pid ?? null });
    started.on("error", (error) => tell({ said: "error", message: error.message }));
    started.on("message", (message) => tell({ said: "message", message }));
    started.on("exit", (code, signal) => {
      children.delete(id);
      tell({ said: "exit", code, signal });
    });
  } else if (asked.do === "send") child?.connected && child.send(asked.message, () => {});
  else if (asked.do === "kill") child?.kill(asked.signal);
});
