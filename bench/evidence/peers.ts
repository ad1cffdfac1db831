import { isHigh } from "./mann-whitney.ts";
import { type Answers, add, nothing, type Rule } from "./rule.ts";

/**
 * The peers' rules as their documentation states them, written anew from it. They run with the values of those pages, which
 * users change; none of them sees less here than it would there.
 */
const argo = "Argo Rollouts, Analysis & Progressive Delivery: success rate at least 0.95";
const flagger = "Flagger, Metrics Analysis and How it works: request-success-rate at least 99 over 1m, threshold 5: failed checks add up";
const kayenta =
  "Kayenta, MannWhitneyClassifier.scala: tolerance 0.25, confidence 0.98, on the error rates of whole minutes, judged again each minute";

export const peerRules: readonly Rule[] = [
  successRate({
    name: "Argo 95 %",
    source: `${argo}, interval 5m, failureLimit 3: the fourth failure aborts`,
    rateMin: 0.95,
    everySeconds: 300,
    failuresMax: 3,
  }),
  successRate({ name: "Argo 95 %/60 s", source: "the same with interval 1m", rateMin: 0.95, everySeconds: 60, failuresMax: 3 }),
  successRate({
    name: "Argo 99 %",
    source: "the same with at least 0.99, interval 1m, failureLimit 0",
    rateMin: 0.99,
    everySeconds: 60,
    failuresMax: 0,
  }),
  successRate({ name: "Flagger", source: flagger, rateMin: 0.99, everySeconds: 60, failuresMax: 4 }),
  repeatedZTest({ name: "z 0.05/60 s", zMin: 1.6448536269514722, everySeconds: 60 }),
  repeatedZTest({ name: "z 0.05/5 s", zMin: 1.6448536269514722, everySeconds: 5 }),
  repeatedZTest({ name: "z 0.001/5 s", zMin: 3.090232306167813, everySeconds: 5 }),
  mannWhitney({ name: "Kayenta", everySeconds: 60 }),
];

interface SuccessRate extends Pick<Rule, "name" | "source"> {
  readonly rateMin: number;
  readonly everySeconds: number;
  /** One more rolls back. */
  readonly failuresMax: number;
}

/** The new release alone, over the time since the last look. No answer is no failure. */
function successRate({ name, source, rateMin, everySeconds, failuresMax }: SuccessRate): Rule {
  return {
    name,
    source,
    create: () => {
      let window = nothing;
      let failures = 0;
      return (second) => {
        window = add(window, second.new);
        if (second.t % everySeconds !== 0) return false;
        if (window.requests > 0 && 1 - window.failed / window.requests < rateMin) failures += 1;
        window = nothing;
        return failures > failuresMax;
      };
    },
  };
}

function repeatedZTest({ name, zMin, everySeconds }: { readonly name: string; readonly zMin: number; readonly everySeconds: number }): Rule {
  return {
    name,
    source: `two proportions, one-sided, all requests since the start, looked at every ${everySeconds} s`,
    create: () => {
      let [old, fresh] = [nothing, nothing];
      return (second) => {
        old = add(old, second.old);
        fresh = add(fresh, second.new);
        return second.t % everySeconds === 0 && zOf(old, fresh) > zMin;
      };
    },
  };
}

/** The pooled z of two proportions; 0 where one arm has no request or nothing ever failed. */
export function zOf(old: Answers, fresh: Answers): number {
  if (old.requests === 0 || fresh.requests === 0) return 0;
  const pooled = (old.failed + fresh.failed) / (old.requests + fresh.requests);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / old.requests + 1 / fresh.requests));
  return deviation > 0 ? (fresh.failed / fresh.requests - old.failed / old.requests) / deviation : 0;
}

/** With fewer values nothing is ever far enough apart; with one of each, everything would be. */
const minutesMin = 4;

function mannWhitney({ name, everySeconds }: { readonly name: string; readonly everySeconds: number }): Rule {
  return {
    name,
    source: kayenta,
    create: () => {
      const [control, experiment]: [number[], number[]] = [[], []];
      let [old, fresh] = [nothing, nothing];
      return (second) => {
        old = add(old, second.old);
        fresh = add(fresh, second.new);
        if (second.t % everySeconds !== 0) return false;
        if (old.requests > 0 && fresh.requests > 0) {
          control.push(old.failed / old.requests);
          experiment.push(fresh.failed / fresh.requests);
        }
        [old, fresh] = [nothing, nothing];
        return control.length >= minutesMin && isHigh(experiment, control, { tolerance: 0.25, confidence: 0.98 });
      };
    },
  };
}
