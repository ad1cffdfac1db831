import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import { hasBody, isRepeatable, requestHeaders, responseHeaders } from "./headers.ts";
import type { Backend, Flight, Outcome } from "./pool.ts";

export interface ForwardOptions {
  readonly choose: (except: Backend | null) => Backend | null;
  readonly requestTimeoutMs: number;
  /** For answers of our own: "No instance of fleet shop takes requests." */
  readonly fleetName: string;
}

const cutMessage = "The instance left before it had answered. Send the request again.";
const attemptsMax = 3;

/**
 * Carries one request to an instance and its answer back, both as streams. An instance has `requestTimeoutMs` to begin
 * its answer and as long between two pieces of it; a slow client is not held against it. Only a request that may be
 * sent twice, of whose answer nothing has arrived, is tried again after its connection failed: first on a new connection
 * to the same instance, for an instance may close an idle one at any time and that is no fault; then once elsewhere.
 */
export function forward(request: IncomingMessage, response: ServerResponse, options: ForwardOptions): void {
  const repeatable = isRepeatable(request);
  attempt({ number: 1, failed: null, again: null });

  function attempt({ number, failed, again }: { number: number; failed: Backend | null; again: Backend | null }): void {
    if (response.destroyed) return;
    const backend = again ?? options.choose(failed) ?? failed;
    if (!backend) {
      answer(response, 503, `No instance of fleet ${options.fleetName} takes requests now.`);
      return;
    }
    const kept = repeatable && again === null;
    new Exchange(request, response, backend, options.requestTimeoutMs).send(kept, (error) => {
      if (kept && number < attemptsMax && isStaleConnection(error)) attempt({ number: number + 1, failed, again: backend });
      else if (repeatable && number < attemptsMax && isConnectionLoss(error)) attempt({ number: number + 1, failed: backend, again: null });
      else if (isTimeout(error)) answer(response, 504, `The instance gave no answer within ${options.requestTimeoutMs / 1_000} s.`);
      else answer(response, 502, "The connection to the instance broke before it had answered.");
    });
  }
}

/** One attempt on one instance. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #backend: Backend;
  readonly #timeoutMs: number;
  readonly #flight: Flight;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  /** Why we ended it ourselves; null while we did not. */
  #ended: Outcome | null = null;
  #kept = false;
  #onFailed: (error: Error) => void = () => undefined;
  readonly #onDrain = () => this.#controller?.resume();
  readonly #onClose = () => {
    if (!this.#response.writableFinished) this.#stop("client-gone");
  };

  constructor(request: IncomingMessage, response: ServerResponse, backend: Backend, timeoutMs: number) {
    this.#request = request;
    this.#response = response;
    this.#backend = backend;
    this.#timeoutMs = timeoutMs;
    this.#flight = backend.begin(() => this.#stop("cut"));
    response.on("close", this.#onClose);
    response.on("drain", this.#onDrain);
  }

  /** `onFailed` is called when nothing of an answer has reached the client and it still waits for one. */
  send(kept: boolean, onFailed: (error: Error) => void): void {
    this.#kept = kept;
    this.#onFailed = onFailed;
    const options = {
      path: this.#request.url ?? "/",
      method: this.#request.method ?? "GET",
      headers: requestHeaders(this.#request),
      body: hasBody(this.#request) ? this.#request : null,
      headersTimeout: this.#timeoutMs,
      bodyTimeout: this.#timeoutMs,
    };
    try {
      this.#backend.dispatch(options, this, kept);
    } catch {
      this.#finish("unsent");
      answer(this.#response, 400, "This request cannot be forwarded.");
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new Error(this.#ended));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, message?: string): void {
    if (status < 200 || this.#ended) return;
    this.#status = status;
    const raw = (controller.rawHeaders as readonly (Buffer | string)[]).map((part) => (typeof part === "string" ? part : part.toString("latin1")));
    try {
      this.#response.writeHead(status, message ?? "", responseHeaders(raw));
    } catch (error) {
      // Something in the instance's headers is not HTTP.
      controller.abort(error as Error);
      return;
    }
    // The head leaves with the first piece of the body, or by itself where that lets one wait.
    setImmediate(() => {
      if (!this.#response.writableEnded && !this.#response.destroyed) this.#response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#response.end();
    this.#finish(this.#status >= 500 ? "failed" : "answered");
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#ended) return;
    // The instance answers for it only when a connection of the request's own breaks as well.
    this.#finish(this.#kept && this.#status === 0 && isStaleConnection(error) ? "unsent" : "failed");
    if (this.#response.headersSent) this.#response.destroy();
    else this.#onFailed(error);
  }

  #stop(outcome: "client-gone" | "cut"): void {
    if (this.#ended) return;
    this.#finish(outcome);
    this.#controller?.abort(new Error(outcome));
    if (outcome === "client-gone") return;
    if (this.#response.headersSent) this.#response.destroy();
    else answer(this.#response, 503, cutMessage);
  }

  #finish(outcome: Outcome): void {
    this.#ended ??= outcome;
    this.#response.off("close", this.#onClose);
    this.#response.off("drain", this.#onDrain);
    this.#flight.end(outcome);
  }
}

/** An answer of the proxy itself, as plain text. */
export function answer(response: ServerResponse, status: number, message: string): void {
  if (response.destroyed || response.headersSent) return;
  const retry = status === 503 ? { "Retry-After": "1" } : {};
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": Buffer.byteLength(message) + 1, ...retry });
  response.end(`${message}\n`);
}

function isTimeout(error: Error): boolean {
  return ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"].includes(codeOf(error));
}

/** A kept connection that turns out to be closed, as against one that is refused. */
function isStaleConnection(error: Error): boolean {
  return ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(codeOf(error));
}

function isConnectionLoss(error: Error): boolean {
  return ["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_CONNECT_TIMEOUT", "UND_ERR_DESTROYED", "UND_ERR_CLOSED"].includes(
    codeOf(error),
  );
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}
