import { createUrlPolicy } from "#server/io/url-policy.ts";
import { benchOutside } from "#server/testing/balancer-bench.ts";
import { startHaproxy } from "#server/testing/haproxy.ts";
import { findTestProgram } from "#server/testing/programs.ts";
import { describeBalancer } from "../contract.ts";
import { createHaproxyBalancer } from "./balancer.ts";
import { createLedger } from "./ledger.ts";
import { createHaproxySocket } from "./socket.ts";

const program = await findTestProgram("haproxy", "HAPROXY_PATH");
if (program === null) throw new Error("No HAProxy was found: install it, or give its path in HAPROXY_PATH.");

describeBalancer("HAProxy", async () =>
  benchOutside(await startHaproxy(program), createHaproxyBalancer(createHaproxySocket(createUrlPolicy([])), createLedger()), true),
);
