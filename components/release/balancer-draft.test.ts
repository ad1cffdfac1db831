import { describe, expect, test } from "vitest";
import { OutsideBalancer } from "#domain/fleet.ts";
import { problemsOf } from "#domain/problems.ts";
import { problemAt } from "#hooks/failure.ts";
import { type BalancerDraft, balancerFields, emptyBalancer, toOutsideBalancer } from "./balancer-draft.ts";

const draftOf = (change: Partial<BalancerDraft>): BalancerDraft => ({ ...emptyBalancer, ...change });
const haproxy = { type: "haproxy", socket: "tcp://haproxy.internal:9999", backend: "shop" } as const;
const nginx = { type: "nginx", upstreamFile: "/etc/nginx/tideline/shop.conf", upstream: "shop" } as const;

describe("what is typed is sent", () => {
  test.each<[string, Partial<BalancerDraft>, ReturnType<typeof toOutsideBalancer>]>([
    ["Tideline's own, whatever was typed of others", { ...haproxy, ...nginx, type: "embedded" }, null],
    ["HAProxy", { ...haproxy, backend: " shop " }, { type: "haproxy", socket: "tcp://haproxy.internal:9999", backend: "shop" }],
    [
      "NGINX, its command as a list",
      { ...nginx, upstreamFile: ` ${nginx.upstreamFile}`, commandLine: "docker exec 'the proxy' nginx" },
      {
        type: "nginx",
        upstreamFile: "/etc/nginx/tideline/shop.conf",
        upstream: "shop",
        status: "unix:/run/nginx/tideline.sock",
        command: ["docker", "exec", "the proxy", "nginx"],
      },
    ],
  ])("%s", (_, change, expected) => {
    const balancer = toOutsideBalancer(draftOf(change));
    expect(balancer).toEqual(expected);
    if (balancer) expect(OutsideBalancer.parse(balancer)).toMatchObject(balancer);
  });
});

test("what was typed of one is there again after a look at another", () => {
  const looked = { ...draftOf(haproxy), type: "nginx" } as const;
  expect(toOutsideBalancer({ ...looked, type: "haproxy" })).toEqual(toOutsideBalancer(draftOf(haproxy)));
});

describe("a refusal stands at the field that it is about, also where it is below it", () => {
  test.each<[keyof typeof balancerFields, Partial<BalancerDraft>]>([
    ["socket", { ...haproxy, socket: "/run/haproxy/admin.sock" }],
    ["backend", { ...haproxy, backend: "" }],
    ["upstreamFile", { ...nginx, upstreamFile: "shop.conf" }],
    ["upstream", { ...nginx, upstream: "the shop" }],
    ["status", { ...nginx, status: "http://nginx.internal:80" }],
    ["commandLine", { ...nginx, commandLine: "" }],
    ["commandLine", { ...nginx, commandLine: "nginx ''" }],
  ])("%s", (field, change) => {
    const refused = OutsideBalancer.safeParse(toOutsideBalancer(draftOf(change)));
    const problems = problemsOf(refused.error ?? { issues: [] }).map((problem) => ({ ...problem, field: `balancer.${problem.field}` }));
    const failure = { code: "invalid", message: "", problems, requestId: null, signedOut: false } as const;
    expect(problems).toHaveLength(1);
    expect(problemAt(failure, balancerFields[field], { below: true })).toBe(problems[0]?.message);
  });
});
