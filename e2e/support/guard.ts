import { type BrowserContext, expect } from "@playwright/test";

export interface Guard {
  watch(context: BrowserContext): void;
  /** From now on complaints that match are expected: a journey that kills the server makes the browser complain. */
  expectComplaints(pattern: RegExp): void;
  assertQuiet(): void;
}

/** What a browser says when its server is away. */
export const serverAway =
  /ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_SOCKET_NOT_CONNECTED|WebSocket connection|Refused to execute script .*text\/plain|\b50[234]\b/;

/** An interface of the machine came or went, such as a container's: the browser drops what it has asked for, and pages ask again. */
const networkChanged = /ERR_NETWORK_CHANGED/;

/** Collects what a person with open developer tools would see in red. */
export function createGuard(): Guard {
  const complaints: string[] = [];
  const expected = [networkChanged];
  function complain(text: string): void {
    if (!expected.some((pattern) => pattern.test(text))) complaints.push(text);
  }
  return {
    watch(context) {
      context.on("console", (message) => {
        if (message.type() === "error") complain(`console: ${message.text()} (${message.location().url})`);
      });
      context.on("weberror", (error) => complain(`exception: ${error.error().message}`));
      context.on("response", (response) => {
        if (response.status() >= 400) complain(`response: ${response.status()} ${response.url()}`);
      });
      context.on("requestfailed", (request) => {
        const why = request.failure()?.errorText ?? "";
        // A navigation away from a page ends what that page still asked for.
        if (why !== "net::ERR_ABORTED") complain(`request: ${why} ${request.url()}`);
      });
    },
    expectComplaints: (pattern) => expected.push(pattern),
    assertQuiet: () => expect(complaints, "the browser complained").toEqual([]),
  };
}
