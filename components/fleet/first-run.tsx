"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Button } from "#components/ui/button.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";

/** No fleet yet: the two ways to the first one. */
export function FirstRun({ onConnect }: { onConnect: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const notDemo = useWhyNotAllowed("fleet.create", "demo");
  const notConnect = useWhyNotAllowed("command.define");
  const demo = useMutation(
    trpc.fleets.createDemo.mutationOptions({
      onSuccess: ({ fleetId }) => {
        void queryClient.invalidateQueries(trpc.fleets.list.queryFilter());
        router.push(paths.fleet(fleetId));
      },
    }),
  );
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <section className="flex flex-col items-start rounded-lg border border-accent bg-surface p-5">
        <h2 className="font-semibold text-lg">A demo fleet</h2>
        <p className="mt-1 text-ink-soft">
          Twelve real processes in three zones on this machine, behind a load balancer, with real requests. Roll out a good release, then a bad one,
          and watch it come back.
        </p>
        <dl className="mt-4 mb-5 grid w-full grid-cols-3 gap-2 text-sm">
          <Fact term="Releases" text="1.0 to 1.5" />
          <Fact term="Plans" text="3, from cautious to fast" />
          <Fact term="Traffic" text="300 requests/s" />
        </dl>
        <div className="mt-auto grid gap-2">
          <FormProblem message={demo.error ? failureOf(demo.error).message : null} />
          <Button variant="primary" className="w-fit" disabledReason={notDemo} onClick={() => demo.mutate({})} pending={demo.isPending}>
            {demo.isPending ? "Starting 12 instances…" : "Try it with a demo fleet"}
          </Button>
        </div>
      </section>
      <section className="flex flex-col items-start rounded-lg border border-line bg-surface p-5">
        <h2 className="font-semibold text-lg">Your own fleet</h2>
        <p className="mt-1 mb-5 text-ink-soft">
          A service of yours that listens on PORT and answers a readiness check. Name its program and directory; Tideline starts the instances,
          carries their traffic and moves them from one release to the next.
        </p>
        <Button className="mt-auto" disabledReason={notConnect} onClick={onConnect}>
          Connect my own
        </Button>
      </section>
    </div>
  );
}

function Fact({ term, text }: { term: string; text: string }) {
  return (
    <div>
      <dt className="text-ink-faint text-xs">{term}</dt>
      <dd className="font-medium">{text}</dd>
    </div>
  );
}
