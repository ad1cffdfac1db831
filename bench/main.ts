import { benchBad } from "./bad.ts";
import { benchDocker } from "./docker/bench.ts";
import { benchObserve } from "./docker/observe.ts";
import { benchEngine } from "./engine.ts";
import { benchEvidence, type EvidenceBench } from "./evidence.ts";
import { benchLive } from "./live/bench.ts";
import { benchLocal } from "./local.ts";
import { benchPixel } from "./pixel.ts";
import { benchRest } from "./rest.ts";
import { benchVersus } from "./versus.ts";
import { benchWeight } from "./weight.ts";

const usage = `npm run bench -- <which>
  local [--kill] [--stop] [--alone]
                            a rollout under load, and the same work with pm2 (not with --alone);
                            --kill: also with the control plane killed three times on the way
                            --stop: also with it stopped for 15 s, longer than its lease, and then killed, twice
  docker [--observe]        containers under load: rollouts beside Swarm's updates, good and bad (about 15 minutes)
                            --observe: only what one look at 60 containers takes, beside a listing and 60 inspections
  bad                       what the releases 1.3 and 1.4 cost under the standard plan
  engine                    a rollout of 10 to 10,000 instances in virtual time, and the designer's preview
  evidence [--runs N] [--seed N] [--harmless]
                            false rollbacks and detection in simulated rollouts, beside the rules that others document;
                            100 rollouts of each kind, or N
                            --harmless: only false rollbacks, without the others: for many runs
  rest                      memory at rest
  live                      the page of a rollout of 10,000 instances with 200 events a second, and 500 who watch it;
                            needs the built pages (npm run build)
  pixel                     from the commit of an event to the changed pixel
  weight                    what a browser loads for the sign-in and the live page, and how far they jump`;

const [which, ...flags] = process.argv.slice(2);
const known = new Set(["--kill", "--stop", "--alone", "--observe"]);
const runsDefault = 100;
const optionMax = 1_000_000;

async function run(): Promise<boolean> {
  switch (which) {
    case "local": {
      const asked = (["kill", "stop"] as const).filter((disturbance) => flags.includes(`--${disturbance}`));
      const alone = await benchLocal(asked);
      const beside = flags.includes("--alone") || (await benchVersus());
      return alone && beside;
    }
    case "docker":
      return flags.includes("--observe") ? benchObserve() : benchDocker();
    case "bad":
      return benchBad();
    case "engine":
      return benchEngine();
    case "evidence":
      return benchEvidence(evidenceOptions());
    case "rest":
      return benchRest();
    case "live":
      return benchLive();
    case "pixel":
      return benchPixel();
    case "weight":
      return benchWeight();
    default:
      throw new Error(usage);
  }
}

function evidenceOptions(): EvidenceBench {
  const rest = flags.filter((flag) => flag !== "--harmless");
  const asked = { "--runs": runsDefault, "--seed": 1 };
  for (let index = 0; index < rest.length; index += 2) {
    const [name, value] = [rest[index], Number(rest[index + 1])];
    if (!(name === "--runs" || name === "--seed") || !Number.isInteger(value) || value < 1 || value > optionMax) throw new Error(usage);
    asked[name] = value;
  }
  return { runs: asked["--runs"], seed: asked["--seed"], harmless: rest.length < flags.length };
}

const wrong = which === "evidence" ? undefined : flags.find((flag) => !known.has(flag));
try {
  if (wrong) throw new Error(usage);
  const isGood = await run();
  process.stdout.write(isGood ? "\nEvery promise was kept.\n" : "\nA promise was not kept.\n");
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
