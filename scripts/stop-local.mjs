// `npm run stop-local`: ends the local runtime and with it every instance it runs. The control plane may be up or down.
import { lstatSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const data = resolve(root, process.env.TIDELINE_DATA || "data");
const place = join(data, "runtime");
const deadlineMs = 40_000;
/** Ending has been the same in all of them, and an older runtime is just what may have to be ended. */
const protocolVersions = ["3", "2", "1"];
const socketPathBytesMax = 100;

const token = read(join(place, "token"));
if (token === null) end(`No local runtime has been started from ${data}.`);
// Without this mark a running control plane would take the silence for a crash and start the runtime again.
writeFileSync(join(place, "stopped"), `${new Date().toISOString()}\n`, { mode: 0o600 });
const status = await ask("runtime.status");
if (status === null) end("The local runtime is not running; nothing to stop.");
const { pid, fleets } = status.value;
await ask("runtime.stop");
const began = Date.now();
while (isAlive(pid)) {
  if (Date.now() - began > deadlineMs) {
    process.stderr.write(`The local runtime (process ${pid}) has not ended within ${deadlineMs / 1000} s. Look at ${join(place, "runtime.log")}.\n`);
    process.exit(1);
  }
  await wait(100);
}
const units = fleets.reduce((sum, fleet) => sum + fleet.units, 0);
end(`The local runtime has stopped, with ${units} instances of ${fleets.length} fleets. \`npm start\` brings them back.`);

async function ask(operation) {
  let refusal = null;
  for (const protocolVersion of protocolVersions) {
    const reply = await askAs(protocolVersion, operation);
    if (!reply?.failure) return reply;
    refusal ??= reply.failure.message;
  }
  end(`The local runtime refused: ${refusal}`, 1);
}

function askAs(protocolVersion, operation) {
  return new Promise((done) => {
    const call = request(
      {
        socketPath: socketPath(),
        path: `/${operation}`,
        method: "POST",
        timeout: 30_000,
        headers: { authorization: `Bearer ${token.trim()}`, "content-type": "application/json", "x-tideline-protocol": protocolVersion },
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          body += chunk;
        });
        response.on("end", () => done(parse(body)));
      },
    );
    call.on("timeout", () => call.destroy()).on("error", () => done(null));
    call.end("{}");
  });
}

/** Where the runtime listens: below the data directory, or in a short directory of its own when that path is too long. */
function socketPath() {
  const here = join(place, "runtime.sock");
  if (Buffer.byteLength(here) <= socketPathBytesMax) return here;
  const directory = (read(join(place, "socket-directory")) ?? "").trim();
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o777) === 0o700) return join(directory, "runtime.sock");
  end(`The runtime's socket directory "${directory}" is missing or open to others; nothing was stopped.`, 1);
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function end(message, code = 0) {
  process.stdout.write(`${message}\n`);
  process.exit(code);
}
