import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import type { ContainerCreateOptions, ContainerInspectInfo } from "dockerode";
import { serviceImage } from "./test-images.ts";

/** A container as somebody else would have made it: by hand, by compose. */
export interface ForeignContainer {
  readonly id: string;
  readonly name: string;
  inspect(): Promise<ContainerInspectInfo>;
  /** Done when it has gone. */
  remove(): Promise<void>;
}

/** Runs the test service under its tag, in a container without a label of ours. */
export async function runForeign(docker: Docker, options: ContainerCreateOptions = {}): Promise<ForeignContainer> {
  const name = options.name ?? `web-${randomBytes(4).toString("hex")}`;
  const Env = ["NAME=theirs", "PORT=8080", ...(options.Env ?? [])];
  const container = await docker.createContainer({ Image: serviceImage, StopTimeout: 1, ...options, name, Env });
  await container.start();
  return {
    id: container.id,
    name,
    inspect: () => container.inspect(),
    remove: async () => {
      await container.remove({ force: true }).catch((error: { statusCode?: number }) => {
        if (error.statusCode !== 404) throw error;
      });
    },
  };
}
