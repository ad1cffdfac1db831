// The service that tests of the local runtime roll out: it shows what it was given and misbehaves when asked.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const { PORT, HOST, NAME = "service" } = process.env;
let sick = false;
const kept = [];

const routes = {
  "/": (_, response) => json(response, { name: NAME, pid: process.pid }),
  "/healthz": (_, response) => json(response, { name: NAME }, sick || NAME === "never-ready" || isDown() ? 503 : 200),
  "/sick": (_, response) => {
    sick = true;
    json(response, {});
  },
  "/process": (_, response) => json(response, { env: process.env, uid: process.getuid(), gid: process.getgid(), groups: process.getgroups() }),
  "/headers": (request, response) => {
    response.setHeader("set-cookie", ["own=1", "tideline.session_token=stolen", "__Host-tideline.x=1", "__Secure-tideline.y=2"]);
    json(response, request.headers);
  },
  "/echo": (request, response) => request.pipe(response),
  "/slow": (request, response) => setTimeout(() => json(response, { name: NAME }), numberOf(request, "ms")),
  "/failing": (_, response) => json(response, {}, 500),
  "/keep": (request, response) => {
    kept.push(Buffer.alloc(numberOf(request, "mb") * 1024 * 1024, 1));
    json(response, {});
  },
  // In short turns, so that it goes on answering.
  "/burn": (request, response) => {
    const until = Date.now() + numberOf(request, "ms");
    const turn = () => {
      const pause = Date.now() + 20;
      while (Date.now() < pause);
      if (Date.now() < until) setImmediate(turn);
    };
    turn();
    json(response, {});
  },
  "/crash": () => process.exit(7),
  "/child": (_, response) => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    json(response, { pid: child.pid });
  },
  "/flood": (_, response) => {
    process.stdout.write(`${"x".repeat(100_000)}\n${Array.from({ length: 20_000 }, (_, line) => `flood line ${line} ${"y".repeat(60)}\n`).join("")}`);
    process.stderr.write("flood over\n");
    json(response, {});
  },
};

const server = createServer((request, response) => {
  const route = routes[new URL(request.url, "http://x").pathname];
  if (route) route(request, response);
  else json(response, {}, 404);
});

// A WebSocket that sends every short text back: enough of RFC 6455 to see both directions work.
server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on("error", () => socket.destroy());
  socket.on("data", (frame) => {
    if ((frame[0] & 0x0f) !== 1) return socket.end();
    const mask = frame.subarray(2, 6);
    const text = frame.subarray(6, 6 + (frame[1] & 0x7f)).map((byte, index) => byte ^ mask[index % 4]);
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  });
});

server.listen(Number(PORT), HOST, () => process.stdout.write(`${NAME} starts\n${NAME} listens\n`));
process.on("SIGTERM", () => {
  if (NAME === "deaf") return;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

/** One that flaps is well and not well in turn. */
function isDown() {
  return NAME === "flapping" && Math.floor(process.uptime() / 0.8) % 2 === 1;
}

function json(response, body, status = 200) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function numberOf(request, name) {
  return Number(new URL(request.url, "http://x").searchParams.get(name));
}
