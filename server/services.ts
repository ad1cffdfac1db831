import type { Database } from "#db/client.ts";
import type { Feed } from "#db/feed.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetSummary } from "#domain/live.ts";
import type { HaproxySettings } from "#domain/settings/haproxy.ts";
import type { NginxSettings } from "#domain/settings/nginx.ts";
import type { Auth } from "./auth/auth.ts";
import type { Devices } from "./auth/device.ts";
import type { SignInBrake } from "./auth/sign-in-brake.ts";
import type { SsoDoor } from "./auth/sso/handler.ts";
import type { TokenBrake } from "./auth/token-brake.ts";
import type { Balancer, BalancerCheck } from "./balancers/balancer.ts";
import type { RolloutReader } from "./catalog/rollout-reader.ts";
import type { Config } from "./config.ts";
import type { DockerTools } from "./drivers/docker/tools.ts";
import type { Driver } from "./drivers/driver.ts";
import type { Engine } from "./engine/engine.ts";
import type { Courses } from "./evidence/courses.ts";
import type { ReadSecretVersions } from "./io/release-environment.ts";
import type { LocalRuntime } from "./io/runtime-client.ts";
import type { Logger } from "./log.ts";
import type { CountsSource, MetricsSource } from "./metrics/source.ts";
import type { Sender } from "./notifications/sender.ts";

/** The parts of the running server, put together once in compose.ts and handed down as an argument. */
export interface Services {
  readonly db: Database;
  readonly auth: Auth;
  readonly devices: Devices;
  readonly brake: SignInBrake;
  readonly tokenBrake: TokenBrake;
  /** null: nobody signs in through a provider. */
  readonly sso: SsoDoor | null;
  readonly engine: Engine;
  readonly drivers: Readonly<Record<Fleet["driver"]["type"], Driver>>;
  readonly docker: DockerTools;
  readonly balancers: Readonly<Record<Fleet["balancer"]["type"], Balancer>>;
  readonly balancerChecks: {
    readonly haproxy: BalancerCheck<HaproxySettings>;
    readonly nginx: BalancerCheck<NginxSettings>;
  };
  readonly metrics: Readonly<Record<Fleet["balancer"]["type"], MetricsSource>>;
  readonly counts: Readonly<Record<"prometheus", CountsSource>>;
  readonly local: LocalRuntime;
  readonly notifications: Pick<Sender, "sendTest">;
  readonly readSecretVersions: ReadSecretVersions;
  readonly courses: Courses;
  readonly rollouts: RolloutReader;
  /** Every fleet as the overview shows it, by name. */
  readonly readFleets: () => Promise<FleetSummary[]>;
  readonly log: Logger;
  readonly feed: Feed;
  readonly config: Config;
  /** The console's own origin. */
  readonly consoleUrl: string;
}
