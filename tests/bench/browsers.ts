/**
 * Many browsers in a process of their own: notes how long each row was under way. They speak just enough of the live feed's
 * protocol (Engine.IO 4, Socket.IO 5), because 200 whole clients on one core would be what is measured.
 */
import WebSocket from "ws";
import type { BrowserOrder, BrowserReport } from "./commit-to-browser.ts";

type Connect = Extract<BrowserOrder, { kind: "connect" }>;

const rowStart = '42["journal",';
const sentAt = /"sentAtMs":([\d.]+)/;

let delays: number[] = [];
const tell = (report: BrowserReport) => void process.send?.(report);

async function connect(order: Connect): Promise<void> {
  for (let i = 0; i < order.browsers; i++) await connectOne(order);
}

function connectOne({ url, path, token, chain }: Connect): Promise<void> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}${path}/?EIO=4&transport=websocket`);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("a browser was let go")));
    socket.on("message", (data) => {
      const text = data.toString();
      if (text.startsWith(rowStart)) {
        delays.push(performance.timeOrigin + performance.now() - Number(sentAt.exec(text)?.[1]));
      } else if (text === "2") socket.send("3");
      else if (text.startsWith("0")) socket.send(`40${JSON.stringify({ token })}`);
      else if (text.startsWith("44")) reject(new Error(text));
      // Bare socket.io knows no chains.
      else if (text.startsWith("40") && token === "") resolve();
      else if (text.startsWith("40")) socket.send(`420${JSON.stringify(["follow", { chains: [chain] }])}`);
      else if (text.startsWith("430")) resolve();
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
