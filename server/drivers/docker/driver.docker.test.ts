import { createDockerBench } from "#server/testing/docker/docker-bench.ts";
import { describeDriver } from "../contract.ts";

describeDriver("A Docker engine", async () => {
  const bench = createDockerBench();
  const absent = `sha256:${"0".repeat(64)}`;
  return {
    driver: bench.driver,
    fleet: bench.fleet({}, { count: 2 }),
    good: await bench.release("1.0"),
    better: await bench.release("1.1"),
    unstartable: { release: await bench.release("absent", { image: absent }), missing: absent },
    neverReady: await bench.release("never-ready"),
    deaf: await bench.release("deaf"),
    flapping: await bench.release("flapping"),
    reconnect: bench.connect,
    close: bench.close,
  };
});
