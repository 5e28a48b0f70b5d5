/** Many browsers in a process of their own: notes how long each row was under way. */
import { io, type Socket } from "socket.io-client";
import type { BrowserOrder, BrowserReport } from "./commit-to-browser.ts";

let delays: number[] = [];
const tell = (report: BrowserReport) => void process.send?.(report);

async function connect(order: Extract<BrowserOrder, { kind: "connect" }>): Promise<void> {
  for (let i = 0; i < order.browsers; i++) await connectOne(order);
}

function connectOne({ url, path, token, chain }: Extract<BrowserOrder, { kind: "connect" }>): Promise<void> {
  const socket: Socket = io(url, {
    path,
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { token },
  });
  socket.on("journal", (row: { body: { sentAtMs: number } }) => {
    delays.push(performance.timeOrigin + performance.now() - row.body.sentAtMs);
  });
  return new Promise((resolve, reject) => {
    socket.once("connect_error", reject);
    socket.once("connect", () => {
      // Bare socket.io knows no chains.
      if (token === "") resolve();
      else socket.emit("follow", { chains: [chain] }, () => resolve());
    });
  });
}

process.on("message", (order: BrowserOrder) => {
  if (order.kind === "report") {
    tell({ kind: "delays", ms: delays });
    delays = [];
    return;
  }
  connect(order).then(
    () => tell({ kind: "connected" }),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
tell({ kind: "ready" });
