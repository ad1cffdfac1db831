import { request } from "node:http";
import { Failure } from "#domain/failure.ts";
import { type Answers, type Ask, type OperationName, protocolHeader, protocolVersion, type Reply } from "#server/runtime/protocol.ts";
import { findSocketPath, type RuntimePlace, readToken } from "./runtime-place.ts";

const answerBytesMax = 64 * 1024 * 1024;

/** Nobody listens on the socket. Only then may a runtime be started. */
export class RuntimeAbsent extends Error {
  override readonly name = "RuntimeAbsent";
}

/** The connection ended without an answer: the runtime is dying, or just died. */
export class RuntimeBroke extends Error {
  override readonly name = "RuntimeBroke";
}

/** One operation on a running runtime. Throws RuntimeAbsent, RuntimeBroke, or a Failure: `unavailable` after the deadline, else the runtime's own. */
export async function askRuntime<Name extends OperationName>(
  place: RuntimePlace,
  name: Name,
  asked: Ask<Name>,
  signal: AbortSignal,
): Promise<Answers[Name]> {
  const [socketPath, token] = await findRuntime(place);
  const reply = await post({ socketPath, token, path: `/${name}`, body: JSON.stringify(asked), signal });
  if (reply.failure === undefined) return reply.value as Answers[Name];
  throw new Failure(reply.failure.code, reply.failure.message, reply.failure.problems);
}

async function findRuntime(place: RuntimePlace): Promise<[socketPath: string, token: string]> {
  try {
    return await Promise.all([findSocketPath(place), readToken(place)]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new RuntimeAbsent();
    throw error;
  }
}

interface Posting {
  readonly socketPath: string;
  readonly token: string;
  readonly path: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

function post({ socketPath, token, path, body, signal }: Posting): Promise<Reply<unknown>> {
  const headers = {
    authorization: `Bearer ${token}`,
    [protocolHeader]: String(protocolVersion),
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method: "POST", headers, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > answerBytesMax) asking.destroy(new Error("answer too long"));
      });
      response.on("error", (error) => reject(describe(error, signal)));
      response.on("end", () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Reply<unknown>);
        } catch (error) {
          reject(describe(error as Error, signal));
        }
      });
    });
    asking.on("error", (error) => reject(describe(error, signal)));
    asking.end(body);
  });
}

function describe(error: NodeJS.ErrnoException, signal: AbortSignal): Error {
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") return new RuntimeAbsent();
  if (signal.aborted) return new Failure("unavailable", "The local runtime gave no answer in time.");
  return new RuntimeBroke(`its connection broke (${error.code ?? error.message})`);
}
