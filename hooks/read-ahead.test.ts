import { createTRPCClient, httpLink } from "@trpc/client";
import superjson from "superjson";
import { expect, test } from "vitest";
import type { AppRouter } from "#server/trpc/router.ts";
import { apiUrl } from "./api-url.ts";
import { addressOf } from "./read-ahead.ts";

test("what is read ahead has the very address that the client asks for, and no headers that would tell them apart", async () => {
  const asked: { url: string; headers: unknown }[] = [];
  const client = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: apiUrl,
        transformer: superjson,
        fetch: async (url, options) => {
          asked.push({ url: String(url), headers: options?.headers });
          return Response.json({ result: { data: superjson.serialize(null) } });
        },
      }),
    ],
  });
  await client.session.current.query();
  await client.rollouts.firstLook.query({ rolloutId: "0199c0de-0000-7000-8000-000000000001" });
  expect(asked).toEqual([
    { url: addressOf("session.current", undefined), headers: {} },
    { url: addressOf("rollouts.firstLook", { rolloutId: "0199c0de-0000-7000-8000-000000000001" }), headers: {} },
  ]);
});
