import { benchOutside } from "#server/testing/balancer-bench.ts";
import { startNginx } from "#server/testing/nginx.ts";
import { findTestProgram } from "#server/testing/programs.ts";
import { describeBalancer } from "../contract.ts";
import { createNginxBalancer } from "./balancer.ts";

const program = await findTestProgram("nginx", "NGINX_PATH");
if (program === null) throw new Error("No NGINX was found: install it, or give its path in NGINX_PATH.");

describeBalancer("NGINX", async () => benchOutside(await startNginx(program), createNginxBalancer(), false));
