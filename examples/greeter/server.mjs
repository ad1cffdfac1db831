// A small web service to roll out. It needs nothing but Node, and how it behaves is set by its environment:
//
//   GREETER_VERSION   shown in every answer
//   GREETER_FAULT     none | slow | errors | never-ready | crash     (see README.md)
//   GREETER_ERRORS    which share of its answers are errors when they are its fault; 0.02 when left out
//
// A real service would not have GREETER_FAULT; here it is what makes one release worse than another.

import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

const faults = ["none", "slow", "errors", "never-ready", "crash"];
const version = process.env.GREETER_VERSION ?? "dev";
const fault = process.env.GREETER_FAULT ?? "none";
const port = Number(process.env.PORT ?? 8080);
const host = process.env.HOST ?? "127.0.0.1";

const slowShare = 0.1;
const slowMs = 500;
const errorShare = Number(process.env.GREETER_ERRORS ?? 0.02);
const crashAfterMs = 10_000;
const longestMs = 20_000;
const drainMs = 25_000;

if (!faults.includes(fault)) {
  process.stderr.write(`GREETER_FAULT is "${fault}"; use one of ${faults.join(", ")}.\n`);
  process.exit(2);
}

/** Answers to users by status. One that nobody has had yet is there from the start, so that its first is seen as one more. */
const answered = new Map([
  [200, 0],
  [500, 0],
]);
const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? "/", "http://greeter");
  const isForMachines = url.pathname === "/healthz" || url.pathname === "/metrics";
  if (!isForMachines) response.once("finish", () => answered.set(response.statusCode, (answered.get(response.statusCode) ?? 0) + 1));
  switch (url.pathname) {
    case "/":
      return greet(response);
    case "/healthz":
      return answer(response, fault === "never-ready" ? 503 : 200, { ready: fault !== "never-ready" });
    case "/metrics":
      return tell(response);
    case "/slow":
      await wait(Math.min(Number(url.searchParams.get("ms")) || 2_000, longestMs));
      return answer(response, 200, { version, slow: true });
    case "/stream":
      return stream(response);
    default:
      return answer(response, 404, { error: "Not found. Try /" });
  }
});

async function greet(response) {
  if (fault === "slow" && Math.random() < slowShare) await wait(slowMs);
  if (fault === "errors" && Math.random() < errorShare) return answer(response, 500, { error: "This release forgets its words." });
  return answer(response, 200, { greeting: "Hello!", version, instance: port });
}

/** For Prometheus. The release is a label, so that two of them can be told apart behind one balancer. */
function tell(response) {
  const release = version.replace(/[\\"\n]/g, (mark) => (mark === "\n" ? "\\n" : `\\${mark}`));
  const lines = [...answered].map(([code, count]) => `greeter_requests_total{release="${release}",code="${code}"} ${count}`);
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
  response.end(`# HELP greeter_requests_total Answers to users.\n# TYPE greeter_requests_total counter\n${lines.join("\n")}\n`);
}

/** Ten lines over a second, so that one can watch a drain wait for them. */
async function stream(response) {
  response.writeHead(200, { "content-type": "text/plain" });
  for (let line = 1; line <= 10 && !response.destroyed; line += 1) {
    response.write(`Hello ${line} of 10 from ${version}\n`);
    await wait(100);
  }
  response.end();
}

function answer(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(body)}\n`);
}

server.listen(port, host, () => {
  process.stdout.write(`greeter ${version} listens on ${host}:${port}\n`);
  if (fault === "crash") setTimeout(crash, crashAfterMs);
});

function crash() {
  process.stderr.write("greeter lost its voice and ends with an error\n");
  process.exit(1);
}

// Asked to stop: no new connection, requests in flight are finished, idle connections are closed.
process.once("SIGTERM", () => {
  process.stdout.write(`greeter ${version} is stopping\n`);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), drainMs).unref();
});
