"use client";

import { focusManager, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useEffect, useState } from "react";
import superjson from "superjson";
import { tableTransform } from "#domain/revive.ts";
import type { AppRouter } from "#server/trpc/router.ts";
import { apiUrl } from "./api-url.ts";
import { failureOf } from "./failure.ts";
import { readPausedAt, subscribePause } from "./live-pause.ts";

superjson.registerCustom(tableTransform, "table");

const context = createTRPCContext<AppRouter>();

/** The typed procedures, as options for useQuery and useMutation. */
export const useTRPC = context.useTRPC;
export const useTRPCClient = context.useTRPCClient;

/** Asked by itself: what the page is about does not wait until every answer of a batch is there. */
export const urgent = { context: { isUrgent: true } } as const;

const batchItemsMax = 10;
const urlLengthMax = 4_000;
const retriesMax = 3;
const retryDelayMsMax = 5_000;

/** One client per browser tab. */
export function DataProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: ({ context: { isUrgent } }) => isUrgent === true,
          true: httpLink({ url: apiUrl, transformer: superjson }),
          false: httpBatchLink({ url: apiUrl, transformer: superjson, maxItems: batchItemsMax, maxURLLength: urlLengthMax }),
        }),
      ],
    }),
  );
  useEffect(() => subscribePause(() => holdReads(queryClient)), [queryClient]);
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}

/** A held page is one that nobody looks at: nothing is read again and again until it goes on, and then everything once. */
function holdReads(client: QueryClient): void {
  const isHeld = readPausedAt() !== null;
  focusManager.setFocused(isHeld ? false : undefined);
  if (!isHeld) void client.invalidateQueries();
}

function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        // A session that ended shows itself at the first refused read; the guard then leads to the sign-in page.
        if (failureOf(error).signedOut) client.setQueryData(sessionKey, null);
      },
    }),
    defaultOptions: {
      queries: { staleTime: 2_000, retry: isWorthRetrying, retryDelay: (attempt) => Math.min(500 * 2 ** attempt, retryDelayMsMax) },
      mutations: { retry: false },
    },
  });
  return client;
}

/** Key of `session.current`, as the tRPC options proxy makes it. */
const sessionKey = [["session", "current"], { type: "query" }];

/** Only what may pass by itself: an answer that says no says it again. */
function isWorthRetrying(failures: number, error: unknown): boolean {
  return failures < retriesMax && failureOf(error).code === "unavailable";
}
